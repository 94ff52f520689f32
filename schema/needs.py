"""What it takes to see a part of the schema, declared where the part is declared.

The permission a resolver requires when it runs is the second wall; this is the first: for whoever lacks it the part
does not exist. A need is written as the permission's name, or made by `both`, `either`, `everywhere`, `of_plugin`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import EnumMeta
from typing import Any, Self, TypeVar

from tenants.callers import Caller
from tenants.permissions import Scope

KEY = "needs"
_DEFINITION = "strawberry-definition"
_FOUND = "__found_under__"
_VALUES = "__values_under__"

C = TypeVar("C", bound=type)
E = TypeVar("E", bound=EnumMeta)


@dataclass(frozen=True, slots=True)
class Need:
    """Met by whoever holds, of each of `clauses`, one permission. `whole`: these must hold on the whole bank.

    `plugins`: these must be enabled.
    """

    clauses: frozenset[frozenset[str]] = frozenset()
    whole: frozenset[str] = frozenset()
    plugins: frozenset[str] = frozenset()

    def __and__(self, other: "Need | str") -> "Need":
        more = need(other)
        return Need(self.clauses | more.clauses, self.whole | more.whole, self.plugins | more.plugins)

    @property
    def permissions(self) -> frozenset[str]:
        """Every permission it speaks of."""
        return self.whole.union(*self.clauses)


@dataclass(frozen=True, slots=True)
class Permits:
    """What somebody may and his bank has enabled. `whole`: permissions that hold on the whole bank."""

    some: frozenset[str]
    whole: frozenset[str]
    plugins: frozenset[str]

    @classmethod
    def of(cls, caller: Caller, plugins: frozenset[str], vocabulary: frozenset[str]) -> Self:
        """Those of `vocabulary` that the caller holds."""
        decisions = [caller.decide(name) for name in sorted(vocabulary)]
        return cls(
            frozenset(decision.permission for decision in decisions if decision.allowed),
            frozenset(decision.permission for decision in decisions if Scope.BANK in decision.scopes),
            plugins,
        )

    def meet(self, need: Need) -> bool:
        """Whether nothing is missing."""
        return (
            all(any_of & self.some for any_of in need.clauses)
            and need.whole <= self.whole
            and need.plugins <= self.plugins
        )


def need(said: "Need | str") -> Need:
    """A need said in short: the name of the one permission."""
    return Need(frozenset({frozenset({said})})) if isinstance(said, str) else said


def both(*permissions: str) -> Need:
    """All of them."""
    return Need(frozenset(frozenset({name}) for name in permissions))


def either(*permissions: str) -> Need:
    """One of them."""
    return Need(frozenset({frozenset(permissions)}))


def everywhere(permission: str) -> Need:
    """The permission in the scope bank."""
    return Need(whole=frozenset({permission}))


def of_plugin(code: str) -> Need:
    """The plugin is enabled."""
    return Need(plugins=frozenset({code}))


def under(said: Need | str) -> dict[str, Need]:
    """As `metadata` of a field, an input field or an argument; of these two only where it may be left out."""
    return {KEY: need(said)}


def found_under(said: Need | str) -> Callable[[C], C]:
    """Of a type with an id: what it takes that `node` finds it. Fields that give the type have needs of their own."""

    def mark(cls: C) -> C:
        setattr(cls, _FOUND, need(said))
        return cls

    return mark


def values_under(**needs: Need | str) -> Callable[[E], E]:
    """Of an enum: what it takes to name these of its values."""

    def mark(cls: E) -> E:
        setattr(cls, _VALUES, {name: need(said) for name, said in needs.items()})
        return cls

    return mark


def need_of(element: Any) -> Need | None:
    """The need of a graphql-core field, input field or argument; None for everybody's."""
    declared: Need | str | None = element.extensions.get(KEY)
    if declared is None and (definition := element.extensions.get(_DEFINITION)) is not None:
        declared = (getattr(definition, "metadata", None) or {}).get(KEY)
    return None if declared is None else need(declared)


def need_to_find(graphql_type: Any) -> Need | None:
    """The need of a graphql-core object type behind an interface."""
    declared: Need | None = graphql_type.extensions.get(KEY)
    if declared is None and (origin := getattr(graphql_type.extensions.get(_DEFINITION), "origin", None)) is not None:
        declared = vars(origin).get(_FOUND)
    return declared


def needs_of_values(graphql_enum: Any) -> Iterator[tuple[str, Need]]:
    """Those values of a graphql-core enum that have one."""
    definition = graphql_enum.extensions.get(_DEFINITION)
    declared: Mapping[str, Need] = getattr(getattr(definition, "wrapped_cls", None), _VALUES, {})
    for name, value in graphql_enum.values.items():
        found = value.extensions.get(KEY) or declared.get(name)
        if found is not None:
            yield name, found
