"""What a request carries: who asks, what his bank works with, his transactions, his loaders."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import strawberry

from core.arrivals.inbox import Inbox
from core.facts.store import FactStore
from core.indicators.indicator import Indicator, Labels
from core.indicators.workshop import Workshop
from core.plugins.host import Catalogue, Host
from core.points.rule import PointRule
from core.runs.evidence_plan import EvidencePlans
from core.session import Bank, BankSession
from schema.documents import Documents
from schema.kept import KeptAnswers
from schema.language import language_of, words
from schema.limit_table import Limits, LimitTable
from schema.loaders import Loaders
from schema.rates import Rates
from schema.transactions import Transactions
from schema.watch import Watch
from tenants.callers import Caller


@dataclass(frozen=True)
class Works:
    """What is the same for every request: plugins, fact files, inbox, engine, who listens to what; limits, and what
    is left of them; documents by their id.
    """

    host: Host
    store: FactStore
    workshop: Workshop
    inbox: Inbox
    watch: Watch
    limits: LimitTable = field(default_factory=LimitTable)
    rates: Rates = field(default_factory=Rates)
    documents: Documents = field(default_factory=Documents)
    kept: KeptAnswers = field(default_factory=KeptAnswers)
    evidence_plans: EvidencePlans = field(default_factory=EvidencePlans)
    known_runs: set[tuple[int, str]] = field(default_factory=set)
    """By bank and code, runs that have been seen: none is ever taken away."""

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Those of every installed plugin: an old result stays readable where its plugin is disabled now."""
        return {one.code: one for plugin in self.host.plugins.values() for one in plugin.indicators}

    @cached_property
    def point_rules(self) -> Mapping[str, PointRule]:
        """The rules of every installed plugin: an old result is explained where its plugin is disabled now."""
        return self.host.catalogue(self.host.plugins).point_rules


@dataclass
class Context:
    """One request. `language`: "en" or "zh". `masked`: paths of fields that were null for want of permission.

    `cost`: points requested and their limit, once they are known.
    """

    caller: Caller
    works: Works
    catalogue: Catalogue
    transactions: Transactions
    language: str
    masked: list[list[str | int]] = field(default_factory=list)
    evidence_lines: int = 0
    epoch: int | None = None
    """Of what `Works.kept` hears of, before anything was read; None while it cannot hear."""
    results: tuple[str, ...] | None = None
    """Hashes of the published runs it is all about, where it changes with nothing but what `Works.kept` hears of."""
    cost: dict[str, int] | None = None
    _loaders: Loaders | None = None

    @property
    def loaders(self) -> Loaders:
        """Made when first needed."""
        if self._loaders is None:
            self._loaders = Loaders(self.transactions, self.caller)
        return self._loaders

    @property
    def bank(self) -> Bank:
        """The caller's bank."""
        return self.caller.bank

    @cached_property
    def limits(self) -> Limits:
        """The caller's."""
        return self.works.limits.of(self.bank.code, self.caller.roles)

    @property
    def point_rules(self) -> Mapping[str, PointRule]:
        """Every rule a stored line may name."""
        return self.works.point_rules

    def shared(self, caller: Caller, catalogue: Catalogue) -> "Context":
        """For an event that many are told: what `caller` sees, now, in nobody's name. Close its transactions."""
        nobody = replace(caller, person="")
        return Context(nobody, self.works, catalogue, self.transactions.of_nobody(), self.language)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[BankSession]:
        """The transaction of one change; what was read before it is read anew after."""
        async with self.transactions.write() as session:
            yield session
        self._loaders = None

    async def rest(self) -> None:
        """While one waits for long: no connection is held, and nothing that was read is kept."""
        await self.transactions.close()
        self._loaders = None

    def begin_again(self) -> None:
        """Forget what a first attempt at the same answer noted."""
        self.masked.clear()
        self.evidence_lines = 0
        self.results = None

    def words(self, labels: Labels, locale: str | None) -> str:
        """A label in the language asked for."""
        return words(labels, locale, self.language)

    def language_of(self, locale: str | None) -> str:
        """ "en" or "zh": what `locale` says, else the request's."""
        return language_of(locale, self.language)

    def mask(self, path: Any) -> None:
        """Remember that the field at this path was null because the caller may not read it there."""
        self.masked.append(path.as_list())

    def masks(self) -> list[list[str | int]]:
        """What is remembered, sorted: whoever answers finds it in an order of his own."""
        return sorted(self.masked)


Info = strawberry.Info[Context, Any]
