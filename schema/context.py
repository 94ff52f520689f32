"""What a request carries: who asks, what his bank works with, his transactions, his loaders."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import strawberry

from core.arrivals.inbox import Inbox
from core.facts.store import FactStore
from core.indicators.indicator import Labels
from core.indicators.workshop import Workshop
from core.plugins.host import Catalogue, Host
from core.points.rule import PointRule
from core.session import Bank, BankSession
from schema.language import words
from schema.loaders import Loaders
from schema.run_watch import RunWatch
from schema.transactions import Transactions
from tenants.callers import Caller


@dataclass(frozen=True)
class Works:
    """What is the same for every request: plugins, fact files, inbox, engine, and who follows which runs."""

    host: Host
    store: FactStore
    workshop: Workshop
    inbox: Inbox
    run_watch: RunWatch

    @cached_property
    def point_rules(self) -> Mapping[str, PointRule]:
        """The rules of every installed plugin: an old result is explained where its plugin is disabled now."""
        return self.host.catalogue(self.host.plugins).point_rules


@dataclass
class Context:
    """One request. `language`: "en" or "zh". `masked`: paths of fields that were null for want of permission."""

    caller: Caller
    works: Works
    catalogue: Catalogue
    transactions: Transactions
    language: str
    masked: list[list[str | int]] = field(default_factory=list)
    evidence_lines: int = 0
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.transactions, self.caller)

    @property
    def bank(self) -> Bank:
        """The caller's bank."""
        return self.caller.bank

    @property
    def point_rules(self) -> Mapping[str, PointRule]:
        """Every rule a stored line may name."""
        return self.works.point_rules

    def renew(self, caller: Caller, catalogue: Catalogue) -> None:
        """Later in one conversation: what is read next is of now, for whoever the person is now."""
        self.caller, self.catalogue = caller, catalogue
        self.transactions = self.transactions.afresh()
        self.masked, self.evidence_lines = [], 0
        self.loaders = Loaders(self.transactions, caller)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[BankSession]:
        """The transaction of one change; what was read before it is read anew after."""
        async with self.transactions.write() as session:
            yield session
        self.loaders = Loaders(self.transactions, self.caller)

    def words(self, labels: Labels, locale: str | None) -> str:
        """A label in the language asked for."""
        return words(labels, locale, self.language)

    def mask(self, path: Any) -> None:
        """Remember that the field at this path was null because the caller may not read it there."""
        self.masked.append(path.as_list())


Info = strawberry.Info[Context, Any]
