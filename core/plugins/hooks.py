"""The hooks of an indicator plugin: few, typed, synchronous. Each may be left out; each returns a list.

All are called once when the product starts, except `demo_facts`. The order in which plugins are registered never
changes a result: core sorts by code. A plugin that names something already named is refused (PLUGIN_DUPLICATE).
Since version 0.1 unless it says otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import pluggy

from core.facts.fact_table import FactTable
from core.indicators.indicator import Facts, Indicator, Labels
from core.periods import Period
from core.points.rule import PointRule

PROJECT = "meritgraph"
hook = pluggy.HookimplMarker(PROJECT)
specification = pluggy.HookspecMarker(PROJECT)


@dataclass(frozen=True)
class PolicyLine:
    """What a role may do where the plugin is enabled: "subject:action" in scope own | team | branch | bank."""

    role: str
    permission: str
    scope: str


@dataclass(frozen=True)
class Reading:
    """Something GraphQL shows beside the score.

    `owner`: the type it hangs on (Manager | Branch | Customer). `shape`: a frozen dataclass of core types.
    `rows(facts, keys, arguments)`: for many owners at once, owner key → list of `shape`.
    """

    name: str
    owner: str
    labels: Labels
    permission: str
    shape: type
    arguments: Mapping[str, type]
    rows: Callable[[Facts, Sequence[str], Mapping[str, Any]], Mapping[str, Sequence[Any]]]


@dataclass(frozen=True)
class DemoBank:
    """What a plugin may build on when it invents facts: codes only, one seeded source of chance.

    Facts are invented for the days from `first` to `last`; `period` is the one that is shown.
    `customers`: (customer, kind). `accounts`: (account, customer, kind, category). `managers`: codes.
    `facts`: what the plugins before this one, in order of their codes, have invented.
    `struck`: customers whose business fails, and the day from which they no longer pay.
    """

    random: Random
    period: Period
    first: date
    last: date
    customers: Sequence[tuple[str, str]]
    accounts: Sequence[tuple[str, str, str, str]]
    managers: Sequence[str]
    facts: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    struck: Mapping[str, date] = field(default_factory=dict)


class Hooks:
    """The specification."""

    @specification
    def indicators(self) -> Sequence[Indicator]:  # type: ignore[empty-body]
        """The indicators this plugin measures; their codes begin with the plugin's."""

    @specification
    def fact_tables(self) -> Sequence[FactTable]:  # type: ignore[empty-body]
        """Fact tables this plugin adds to the standard ones."""

    @specification
    def point_rules(self) -> Sequence[PointRule]:  # type: ignore[empty-body]
        """Point rules this plugin adds; their codes begin with the plugin's and a dot."""

    @specification
    def readings(self) -> Sequence[Reading]:  # type: ignore[empty-body]
        """What GraphQL shows beside the score where the plugin is enabled."""

    @specification
    def policy_lines(self) -> Sequence[PolicyLine]:  # type: ignore[empty-body]
        """Permissions that go with the plugin."""

    @specification
    def demo_facts(self, bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:  # type: ignore[empty-body]
        """Invented rows for the fact tables this plugin reads: table → rows of text in the order of its columns.

        A complete list is of the last day; under `table@2026-06-30` it is of that day. Rows that two plugins invent
        for one table of events add up. Accounts and closing balances from a day on are added to the bank's own.
        """
