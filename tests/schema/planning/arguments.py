"""Values for arguments that mean something in the banks of these tests, so that many random queries find rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    EnumValueNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    IntValueNode,
    ListValueNode,
    NameNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    get_named_type,
    is_required_input_field,
)
from graphql.language import BooleanValueNode

NOT_THERE = object()
_DEEPEST = 4


class Name(str):
    """An enum's value: a name in a document, a text among variables."""


@dataclass(frozen=True)
class Cursor:
    """Of a row of a list in an order; None: the list's own."""

    order: Any
    text: str


@dataclass(frozen=True)
class Known:
    """What is there: ids by type, runs by code, cursors by the type of their connection."""

    ids: Sequence[str] = field(repr=False)
    runs: Sequence[str] = field(repr=False)
    cursors: dict[str, list[Cursor]] = field(repr=False)


_WORDS: dict[str, Sequence[Any]] = {
    "action": ("run:start", "scheme:approve", "no"),
    "branch": ("B0", "B1", "B11", "B2", "B3"),
    "code": ("m1", "m3", "m7", "m8", "B0", "B11", "B3", "s", "test", "deposits.daily_average", "loans.granted", "no"),
    "customer": ("c1", "c2", "no", "", "é\0"),
    "first": (1, 2, 3, 5, 9, 500, 500, 0),
    "last": (1, 2, 5, 0),
    "locale": ("en", "zh-CN", "zh-CN", "en"),
    "managerCode": ("m1", "m1", "m3", "m4", "m7", "m7", "no"),
    "on": ("2026-08-14", "2026-08-15", "2019-01-01"),
    "period": ("2026-Q3", "2026-Q3", "2026-H1", "2019"),
    "person": ("approver", "assessor", "system", "designer"),
    "since": ("2000-01-01T00:00:00Z", "2999-01-01T00:00:00+08:00"),
    "subject": ("test", "s", "no"),
    "until": ("2999-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
}
_LEFT_OUT = {"action": 0.9, "filter": 0.75, "first": 0.3, "last": 0.8, "person": 0.9, "subject": 0.9, "until": 0.9}
"""How often, where it is not the usual."""
_WRONG: dict[str, Sequence[Any]] = {"first": (-1, 501), "locale": ("fr", ""), "after": ("x", "")}
_BY_TYPE: dict[str, Sequence[Any]] = {
    "Boolean": (True, False),
    "Date": ("2026-09-30", "2026-01-01"),
    "DateTime": ("2026-10-05T08:00:00Z", "2026-10-05T12:00:00.000123Z"),
    "Decimal": ("0", "100.0000", "-1.5"),
    "Float": (0, 1.5),
    "Int": (0, 1, 2, 3),
    "Period": ("2026-Q3", "2026-H1"),
    "String": ("m1", "B1", "A", "t", "", "é"),
}


class Values:
    """Draws them."""

    def __init__(self, random: Random, known: Known) -> None:
        self._random = random
        self._known = known
        self.is_wrong = False
        """Whether one of them may be refused."""

    def of_field(self, listed: str, arguments: dict[str, GraphQLArgument]) -> dict[str, Any]:
        """Values of a field's arguments, those left out missing. `listed`: the field's type."""
        given = {name: self._argument(name, one) for name, one in arguments.items()}
        if "after" in given:
            given |= self._page(self._cursors(listed, arguments.get("orderBy")), given)
        return {name: value for name, value in given.items() if value is not NOT_THERE}

    def _argument(self, name: str, argument: GraphQLArgument) -> Any:
        if not isinstance(argument.type, GraphQLNonNull) and self._random.random() < _LEFT_OUT.get(name, 0.6):
            return NOT_THERE
        return self.of(argument.type, name)

    def _cursors(self, listed: str, order: GraphQLArgument | None) -> list[Cursor]:
        """Of this list, in orders that the reader of the schema may ask for."""
        kind: Any = get_named_type(order.type) if order else None
        keys = kind.fields["field"].type.of_type.values if kind else {}
        known = self._known.cursors.get(listed, ())
        return [one for one in known if one.order is None or one.order[0]["field"] in keys]

    def _page(self, cursors: list[Cursor], given: dict[str, Any]) -> dict[str, Any]:
        """What goes together: a cursor with its order, one of `first` and `last`; seldom anything at all."""
        if self._random.random() < 0.04:
            return {}
        page: dict[str, Any] = dict.fromkeys(("after", "before") if "before" in given else ("after",), NOT_THERE)
        if "last" in given and given["first"] is not NOT_THERE:
            page["last"] = NOT_THERE
        if cursors and self._random.random() < 0.35:
            found = self._random.choice(cursors)
            page[self._random.choice(sorted(page.keys() - {"last"}))] = found.text
            page |= {"orderBy": found.order or NOT_THERE} if "orderBy" in given else {}
        return page

    def of(self, kind: GraphQLInputType, name: str, depth: int = 0) -> Any:
        """A value of this type, under this name."""
        if isinstance(kind, GraphQLNonNull):
            return self._given(kind.of_type, name, depth)
        return None if self._random.random() < 0.05 else self._given(kind, name, depth)

    def _given(self, kind: Any, name: str, depth: int) -> Any:
        random = self._random
        if isinstance(kind, GraphQLList):
            return [self.of(kind.of_type, name, depth) for _ in range(random.choice((0, 1, 1, 2)))]
        if isinstance(kind, GraphQLEnumType):
            return Name(random.choice(sorted(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, depth)
        if kind.name == "ID":
            return random.choice(self._known.runs if name == "runId" or random.random() < 0.3 else self._known.ids)
        if name in _WRONG and random.random() < 0.02:
            self.is_wrong = True
            return random.choice(_WRONG[name])
        return random.choice(_WORDS.get(name) or _BY_TYPE.get(kind.name) or ("",))

    def _object(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        chance = min(0.6, 1.5 / max(1, len(kind.fields))) if depth < _DEEPEST else 0
        wanted = [
            name for name, one in kind.fields.items() if is_required_input_field(one) or self._random.random() < chance
        ]
        return {name: self.of(kind.fields[name].type, name, depth + 1) for name in wanted}


def literal(value: Any) -> ValueNode:
    """The value as a document writes it."""
    if value is None:
        return NullValueNode()
    if isinstance(value, Name):
        return EnumValueNode(value=str(value))
    if isinstance(value, bool):
        return BooleanValueNode(value=value)
    if isinstance(value, int):
        return IntValueNode(value=str(value))
    if isinstance(value, list):
        return ListValueNode(values=tuple(literal(one) for one in value))
    if isinstance(value, dict):
        fields = [ObjectFieldNode(name=NameNode(value=name), value=literal(one)) for name, one in value.items()]
        return ObjectValueNode(fields=tuple(fields))
    return StringValueNode(value=str(value))
