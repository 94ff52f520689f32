"""One effect a key: the transaction of a change, looked up first by the key it was asked under."""

import dataclasses
import enum
import hashlib
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import orjson
import strawberry
from strawberry import UNSET

from core.answers.store import Answer, Asked, check_key, keep, recall
from core.decimal_text import decimal_text
from core.session import BankSession
from schema.context import Info


@strawberry.input
class Keyed:
    """What every change's input has."""

    idempotency_key: str | None = strawberry.field(
        default=None,
        description="1 to 200 printable characters of the caller's own: the same input under the same key again gives "
        "the same answer and has one effect, for 7 days at least. A refusal keeps no key.",
    )


async def once(
    info: Info,
    input: Keyed,
    work: Callable[[BankSession], Awaitable[Answer]],
    *,
    content: str = "",
    dry_run: bool = False,
) -> Answer:
    """Do the work in one transaction and give what its answer is made of; what it gave before where the key is known.

    `work` gives plain JSON, from which alone the payload is built, so that asking again is answered alike. `content`:
    hash of what the input only names. Of a dry run nothing is kept, and refusals leave the transaction: then the key is
    free.
    """
    key = None if dry_run else input.idempotency_key
    if key is None:
        async with info.context.changing() as session:
            return await work(session)
    check_key(key)
    asked = Asked(info.field_name, key, _digest(input, content))
    async with info.context.changing() as session:
        answer = await recall(session, asked)
        if answer is None:
            answer = await work(session)
            await keep(session, asked, answer)
        return answer


def _digest(input: Keyed, content: str) -> str:
    text = orjson.dumps([_canonical(input), content], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(text).hexdigest()


def _canonical(value: Any) -> Any:
    """Plain JSON: what was left out, or says what leaving it out says, is left out; equal numbers are equal."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _canonical(held)
            for field in dataclasses.fields(value)
            if field.compare
            and field.name != "idempotency_key"
            and (held := getattr(value, field.name)) is not UNSET
            and held != field.default
        }
    if isinstance(value, list | tuple):
        return [_canonical(one) for one in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value
