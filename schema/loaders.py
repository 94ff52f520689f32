"""Batches: what the rows of one level need is read by one statement, however many rows there are."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from strawberry.dataloader import DataLoader

from core.arrivals.store import ArrivalRead, arrivals_by_number
from core.branches.store import BranchRead, branches_by_code
from core.facets import Tally, tallies
from core.facts.read import DeliveryRead, deliveries_by_number
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
    """One request's loaders. Each gives None for a key that is missing or out of the caller's row scope."""

    def __init__(self, transactions: Transactions, caller: Caller) -> None:
        self._transactions = transactions
        today = caller.today
        anybody, nobody = RowScope(today, everything=True), RowScope(today)
        scope, pay = caller.rows("scorecard:read"), caller.rows("scorecard.pay:read")
        own = caller.rows("manager:read")
        self.branches: DataLoader[str, BranchRead | None] = self._loader(branches_by_code)
        self.arrivals: DataLoader[int, ArrivalRead | None] = self._loader(arrivals_by_number)
        self.deliveries: DataLoader[int, DeliveryRead | None] = self._loader(deliveries_by_number)
        self.runs: DataLoader[str, RunRead | None] = self._loader(runs_by_id)
        self.schemes: DataLoader[str, SchemeRead | None] = self._loader(schemes_by_code)
        self.approved: DataLoader[str, VersionRead | None] = self._loader(approved_by_code)
        self.versions: DataLoader[tuple[str, int], VersionRead | None] = self._loader(versions_by_key)
        self.bodies: DataLoader[tuple[str, int], Any] = self._loader(bodies_by_key)
        self.affected_by: DataLoader[str, tuple[int, ...] | None] = self._loader(deliveries_of_affected)
        self.affected_runs: DataLoader[int, tuple[str, ...] | None] = self._loader(codes_affected_by)
        self.values: DataLoader[str, tuple[RunValueRead, ...] | None] = self._loader(values_by_run)
        self.lines: DataLoader[Key, tuple[LineRead, ...] | None] = self._loader(lines_by_card)
        self.cards: DataLoader[Key, CardRead | None] = self._loader(lambda s, keys: cards_by_key(s, keys, scope, pay))
        seen = caller.rows("evidence:read")
        self.evidence_cards: DataLoader[Key, CardRead | None] = self._loader(
            lambda s, keys: cards_by_key(s, keys, seen, nobody)
        )
        self.managers: DataLoader[str, ManagerRead | None] = self._loader(
            lambda s, codes: managers_by_code(s, codes, today, own)
        )
        # Whoever may read a scorecard may read whose it is, code and name alone: for `scored_manager`, nobody else.
        self.scored: DataLoader[str, ManagerRead | None] = self._loader(
            lambda s, codes: managers_by_code(s, codes, today, anybody)
        )
        self._caller = caller
        self._reachable: dict[str, DataLoader[str, ManagerRead | None]] = {}
        self._pages: dict[tuple[Listing, Page], DataLoader[Any, Slice]] = {}
        self._tallies: dict[Any, DataLoader[Any, list[Tally]]] = {}
        self._counts: dict[Listing, DataLoader[Any, int]] = {}

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

    def _loader(self, fetch: Fetch) -> "DataLoader[Any, Any]":
        async def load(keys: list[Any]) -> list[Any]:
            async with self._transactions.read() as session:
                found = await fetch(session, keys)
            return [found.get(key) for key in keys]

        return DataLoader(load_fn=load)
