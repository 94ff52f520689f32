"""Any object by its id."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry

from core.errors import InputError, NotFound
from schema.arrival import arrival_of
from schema.bank import bank
from schema.branch import branch_of
from schema.context import Context, Info
from schema.customer import customer_of
from schema.delivery import delivery_of
from schema.feed import feed_of
from schema.ids import read_id
from schema.indicator import indicator
from schema.manager import manager_of
from schema.node import Node
from schema.resolved import resolved
from schema.run import run_of, scorecard_of
from schema.scheme import scheme_of, version_of

Key = tuple[str, ...]
MOST_NODES = 100


async def _arrival(context: Context, key: Key) -> Node | None:
    return await arrival_of(context, int(key[0])) if key[0].isascii() and key[0].isdecimal() else None


async def _bank(context: Context, key: Key) -> Node | None:
    readable = context.caller.decide("bank:read").allowed
    return bank(context) if readable and key == (context.bank.code,) else None


async def _branch(context: Context, key: Key) -> Node | None:
    return await branch_of(context, key[0])


async def _customer(context: Context, key: Key) -> Node | None:
    return await customer_of(context, key[0])


async def _delivery(context: Context, key: Key) -> Node | None:
    return await delivery_of(context, int(key[0])) if key[0].isascii() and key[0].isdecimal() else None


async def _feed(context: Context, key: Key) -> Node | None:
    return await feed_of(context, key[0])


async def _indicator(context: Context, key: Key) -> Node | None:
    readable = context.caller.decide("indicator:read").allowed
    return indicator(context, key[0]) if readable and key[0] in context.catalogue.indicators else None


async def _manager(context: Context, key: Key) -> Node | None:
    return await manager_of(context, key[0])


async def _run(context: Context, key: Key) -> Node | None:
    return await run_of(context, key[0])


async def _scheme(context: Context, key: Key) -> Node | None:
    return await scheme_of(context, key[0])


async def _scheme_version(context: Context, key: Key) -> Node | None:
    number = key[1]
    return await version_of(context, key[0], int(number)) if number.isascii() and number.isdecimal() else None


async def _scorecard(context: Context, key: Key) -> Node | None:
    return await scorecard_of(context, key[0], key[1])


_FINDERS: dict[tuple[str, int], Callable[[Context, Key], Awaitable[Node | None]]] = {
    ("Arrival", 1): _arrival,
    ("Bank", 1): _bank,
    ("Branch", 1): _branch,
    ("Customer", 1): _customer,
    ("Delivery", 1): _delivery,
    ("Feed", 1): _feed,
    ("Indicator", 1): _indicator,
    ("Manager", 1): _manager,
    ("Run", 1): _run,
    ("Scheme", 1): _scheme,
    ("SchemeVersion", 2): _scheme_version,
    ("Scorecard", 2): _scorecard,
}
"""By type and the number of parts of its key. Each gives None for what the caller may not read."""


@strawberry.type
class NodeRoots:
    """Relay's entry."""

    @resolved(
        description="Any object by its id; null with NOT_FOUND where the caller can see none, for whatever reason."
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Node | None:
        """Forged, cut, of another bank, out of reach: one sentence for all."""
        found = await _found(info.context, id)
        if found is None:
            raise NotFound("There is no such object.")
        return found

    @resolved(
        description=f"Objects by their ids, in the same order, at most {MOST_NODES}; null for each of which the caller "
        "can see none."
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="Their ids.")]
    ) -> list[Node | None] | None:
        """Batched: one statement a type, as far as it is stored."""
        if len(ids) > MOST_NODES:
            raise InputError(f"Ask for at most {MOST_NODES} `ids` at once.", code="TOO_MANY_IDS")
        found: list[Node | None] = []
        for one in await asyncio.gather(*(_found(info.context, id) for id in ids), return_exceptions=True):
            if isinstance(one, BaseException):  # raised only now that no other goes on reading behind our back
                raise one
            found.append(one)
        return found


async def _found(context: Context, id: str) -> Node | None:
    """None: forged, cut, of another bank, out of reach."""
    parts = read_id(context.bank, id)
    find = _FINDERS.get((parts[0], len(parts[1]))) if parts else None
    return await find(context, parts[1]) if find and parts else None
