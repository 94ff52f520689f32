"""What a request carries: who asks, what his bank works with, his transactions, his loaders."""

from dataclasses import dataclass, field
from typing import Any

import strawberry

from core.indicators.indicator import Labels
from core.plugins.host import Catalogue, Host
from core.session import Bank
from schema.language import words
from schema.loaders import Loaders
from schema.transactions import Transactions
from tenants.callers import Caller


@dataclass
class Context:
    """One request. `language`: "en" or "zh". `masked`: paths of fields that were null for want of permission."""

    caller: Caller
    host: Host
    catalogue: Catalogue
    transactions: Transactions
    language: str
    masked: list[list[str | int]] = field(default_factory=list)
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.transactions, self.caller)

    @property
    def bank(self) -> Bank:
        """The caller's bank."""
        return self.caller.bank

    def words(self, labels: Labels, locale: str | None) -> str:
        """A label in the language asked for."""
        return words(labels, locale, self.language)

    def mask(self, path: Any) -> None:
        """Remember that the field at this path was null because the caller may not read it there."""
        self.masked.append(path.as_list())


Info = strawberry.Info[Context, Any]
