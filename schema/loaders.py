"""Batches: what the rows of one level need is read by one statement, however many rows there are."""

from asyncio import shield
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from strawberry.dataloader import DataLoader

from core.arrivals.store import ArrivalRead, arrivals_by_number
from core.branches.store import BranchRead, branches_by_code
from core.customers.read import CustomerRead, customers_by_code
from core.facets import Tally, tallies
from core.facts.read import DeliveryRead, deliveries_by_number
from core.feeds.feed import Feed
from core.feeds.store import feeds_by_code
from core.managers.store import ManagerRead, managers_by_code
from core.paging import Listing, Page, Slice, counts, pages
from core.runs.affected import codes_affected_by, deliveries_of_affected
from core.runs.cards import CardRead, cards_by_key
from core.runs.lines import LineRead, lines_by_card
from core.runs.store import RunRead, runs_by_id
from core.runs.values import RunValueRead, values_by_run
from core.schemes.read import (
    SchemeRead,
    VersionRead,
    approved_by_code,
    bodies_by_key,
    schemes_by_code,
    versions_by_key,
)
from core.scopes import RowScope
from core.session import BankSession
from schema.transactions import Transactions
from tenants.callers import Caller

Fetch = Callable[[BankSession, Sequence[Any]], Awaitable[Mapping[Any, Any]]]
Key = tuple[str, str]


class Loaders:
    """One request's loaders. Each gives None for a key that is missing or out of the caller's row scope.

    Made when first asked for: most requests need none of most.
    """

    def __init__(self, transactions: Transactions, caller: Caller) -> None:
        self._transactions = transactions
        self._caller = caller
        self._reachable: dict[str, DataLoader[str, ManagerRead | None]] = {}
        self._pages: dict[tuple[Listing, Page], DataLoader[Any, Slice]] = {}
        self._tallies: dict[Any, DataLoader[Any, list[Tally]]] = {}
        self._counts: dict[Listing, DataLoader[Any, int]] = {}
        self._others: dict[str, DataLoader[Any, Any]] = {}

    @cached_property
    def branches(self) -> "DataLoader[str, BranchRead | None]":
        """By code."""
        return self._loader(branches_by_code)

    @cached_property
    def arrivals(self) -> "DataLoader[int, ArrivalRead | None]":
        """By number."""
        return self._loader(arrivals_by_number)

    @cached_property
    def deliveries(self) -> "DataLoader[int, DeliveryRead | None]":
        """By number."""
        return self._loader(deliveries_by_number)

    @cached_property
    def feeds(self) -> "DataLoader[str, Feed | None]":
        """By code."""
        return self._loader(feeds_by_code)

    @cached_property
    def runs(self) -> "DataLoader[str, RunRead | None]":
        """By id."""
        return self._loader(runs_by_id)

    @cached_property
    def schemes(self) -> "DataLoader[str, SchemeRead | None]":
        """By code."""
        return self._loader(schemes_by_code)

    @cached_property
    def approved(self) -> "DataLoader[str, VersionRead | None]":
        """The newest approved version, by code of its scheme."""
        return self._loader(approved_by_code)

    @cached_property
    def versions(self) -> "DataLoader[tuple[str, int], VersionRead | None]":
        """By scheme and number."""
        return self._loader(versions_by_key)

    @cached_property
    def bodies(self) -> "DataLoader[tuple[str, int], Any]":
        """Texts, by scheme and number."""
        return self._loader(bodies_by_key)

    @cached_property
    def affected_by(self) -> "DataLoader[str, tuple[int, ...] | None]":
        """Numbers of deliveries, by run."""
        return self._loader(deliveries_of_affected)

    @cached_property
    def affected_runs(self) -> "DataLoader[int, tuple[str, ...] | None]":
        """Codes of runs, by delivery."""
        return self._loader(codes_affected_by)

    @cached_property
    def values(self) -> "DataLoader[str, tuple[RunValueRead, ...] | None]":
        """By run."""
        return self._loader(values_by_run)

    @cached_property
    def lines(self) -> "DataLoader[Key, tuple[LineRead, ...] | None]":
        """By run and manager."""
        return self._loader(lines_by_card)

    @cached_property
    def cards(self) -> "DataLoader[Key, CardRead | None]":
        """By run and manager."""
        scope, pay = self._caller.rows("scorecard:read"), self._caller.rows("scorecard.pay:read")
        return self._loader(lambda s, keys: cards_by_key(s, keys, scope, pay))

    @cached_property
    def evidence_cards(self) -> "DataLoader[Key, CardRead | None]":
        """Those whose evidence may be read, by run and manager; without pay."""
        seen, nobody = self._caller.rows("evidence:read"), RowScope(self._caller.today)
        return self._loader(lambda s, keys: cards_by_key(s, keys, seen, nobody))

    @cached_property
    def managers(self) -> "DataLoader[str, ManagerRead | None]":
        """By code."""
        return self.reachable("manager:read")

    @cached_property
    def scored(self) -> "DataLoader[str, ManagerRead | None]":
        """Whoever may read a scorecard may read whose it is, code and name alone: for `scored_manager`, nobody else."""
        anybody = RowScope(self._caller.today, everything=True)
        return self._loader(lambda s, codes: managers_by_code(s, codes, self._caller.today, anybody))

    @cached_property
    def customers(self) -> "DataLoader[str, CustomerRead | None]":
        """By code."""
        known = self._caller.rows("customer:read")
        return self._loader(lambda s, codes: customers_by_code(s, codes, known))

    def reachable(self, permission: str) -> "DataLoader[str, ManagerRead | None]":
        """Managers on whose rows the permission holds."""
        if permission not in self._reachable:
            scope = self._caller.rows(permission)
            self._reachable[permission] = self._loader(
                lambda s, codes: managers_by_code(s, codes, self._caller.today, scope)
            )
        return self._reachable[permission]

    def pages(self, listing: Listing, page: Page) -> "DataLoader[Any, Slice]":
        """The same page of many parents' lists."""
        if (listing, page) not in self._pages:
            self._pages[listing, page] = self._loader(lambda s, parents: pages(s, listing, page, parents))
        return self._pages[listing, page]

    def tallies(
        self, listing: Listing, keys: tuple[str, ...], summed: tuple[tuple[str, str], ...]
    ) -> "DataLoader[Any, list[Tally]]":
        """Counts and sums of many parents' lists, whole or in groups."""
        known = (listing, keys, summed)
        if known not in self._tallies:
            self._tallies[known] = self._loader(lambda s, parents: tallies(s, listing, keys, summed, parents))
        return self._tallies[known]

    def counts(self, listing: Listing) -> "DataLoader[Any, int]":
        """How long many parents' lists are."""
        if listing not in self._counts:
            self._counts[listing] = self._loader(lambda s, parents: counts(s, listing, parents))
        return self._counts[listing]

    def other(self, name: str, load: Callable[[list[Any]], Awaitable[list[Any]]]) -> "DataLoader[Any, Any]":
        """What is not read by one statement: `load` gives a value, or the exception in its place, for every key."""
        if name not in self._others:
            self._others[name] = _Shared(load_fn=load)
        return self._others[name]

    def _loader(self, fetch: Fetch) -> "DataLoader[Any, Any]":
        async def load(keys: list[Any]) -> list[Any]:
            async with self._transactions.read() as session:
                found = await fetch(session, keys)
            return [found.get(key) for key in keys]

        return _Shared(load_fn=load)


class _Shared(DataLoader[Any, Any]):
    """Graphql-core cancels who waits beside a field that has failed: others of the answer wait for the same row."""

    def load(self, key: Any) -> Awaitable[Any]:
        """The row; no one who stops waiting for it takes it, or its statement, from the others."""
        return shield(super().load(key))
