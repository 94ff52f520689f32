"""What an operation costs before it is run: a point for every field of every row it may have to write.

A page counts as full: what lies below a connection counts `first` times (or `last`; 50 unless told), through variables
too. Plain lists count as often as they are usually long, see SIZES; a change counts 100.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)
from graphql.language import BooleanValueNode, DocumentNode, SelectionNode

from schema.listing import DEFAULT_FIRST, MOST

Variables = Mapping[str, Any]
Points = int | Callable[[Variables], int]
"""A number, or what it is under given variables."""

USUAL = 10
SIZES = {
    "Leaderboard.scorecards": MOST,
    "Run.values": 30,
    "Scorecard.lines": 12,
    "ScorecardChanges.changes": MOST,
    "__Directive.args": 1,
    "__Field.args": 1,
    "__Schema.directives": 7,
    "__Schema.types": 250,
    "__Type.enumValues": 1,
    "__Type.fields": 4,
    "__Type.inputFields": 1,
    "__Type.interfaces": 1,
    "__Type.possibleTypes": 1,
}
"""How long plain lists usually are; others count USUAL."""
WEIGHTS = {"ScoreLine.evidence": 100}
TALLIES = {"aggregates": 100, "groupBy": 100, "totalCount": 10}
"""Of every connection: what looks at the whole list, however short the page."""
"""What a field costs by itself where it is not one point."""
OF_A_CHANGE = 100
NOT_ASKED = -1
_PAGE = ("nodes", "edges")
_IDS = "ids"


class _Found(NamedTuple):
    """Of a selection set: what is written once, and what for each element of the page it stands in."""

    once: Points
    each: Points


_NOTHING = _Found(0, 0)


class Cost:
    """One operation's, worked out once; `of` says it for variables. The document must be within `limits.excess`."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        fragments = [one for one in document.definitions if isinstance(one, FragmentDefinitionNode)]
        self._fragments = {one.name.value: one for one in fragments}
        self._known: dict[str, _Found] = {}
        declared = operation.variable_definitions or ()
        self._defaults = {one.variable.name.value: one.default_value for one in declared if one.default_value}
        root = schema.get_root_type(operation.operation)
        self._points = self._selected(operation.selection_set, root).once

    def of(self, variables: Variables | None) -> int:
        """Points."""
        return self._points if isinstance(self._points, int) else self._points(variables or {})

    def _selected(self, selected: SelectionSetNode | None, of: GraphQLNamedType | None) -> _Found:
        if selected is None:
            return _NOTHING
        found = [self._selection(one, of) for one in selected.selections]
        return _Found(_sum([one.once for one in found]), _sum([one.each for one in found]))

    def _selection(self, one: SelectionNode, of: GraphQLNamedType | None) -> _Found:
        if isinstance(one, FieldNode):
            found = self._field(one, of)
        elif isinstance(one, FragmentSpreadNode):
            found = self._fragment(one.name.value)
        elif isinstance(one, InlineFragmentNode):
            on = self._schema.get_type(one.type_condition.name.value) if one.type_condition else of
            found = self._selected(one.selection_set, on)
        else:
            return _NOTHING
        whether = self._whether(one)
        return found if whether == 1 else _Found(_product(whether, found.once), _product(whether, found.each))

    def _fragment(self, name: str) -> _Found:
        if name not in self._known:
            self._known[name] = _NOTHING
            if (fragment := self._fragments.get(name)) is not None:
                on = self._schema.get_type(fragment.type_condition.name.value)
                self._known[name] = self._selected(fragment.selection_set, on)
        return self._known[name]

    def _field(self, node: FieldNode, of: GraphQLNamedType | None) -> _Found:
        field = self._schema.get_field(of, node.name.value) if of is not None and is_composite_type(of) else None
        tally = TALLIES.get(node.name.value, 1) if of is not None and of.name.endswith("Connection") else 1
        if field is None or of is None or node.selection_set is None:
            return _Found(tally, 0)
        key, inner_type = f"{of.name}.{node.name.value}", get_named_type(field.type)
        inner = self._selected(node.selection_set, inner_type)
        weight = WEIGHTS.get(key, tally) + (OF_A_CHANGE if of is self._schema.mutation_type else 0)
        if inner_type.name.endswith("Connection"):
            return _Found(_sum([weight, inner.once, _product(self._page(node, key), inner.each)]), 0)
        if of.name.endswith("Connection") and node.name.value in _PAGE:
            return _Found(0, _sum([weight, inner.once]))
        size: Points = 1
        if is_list_type(field.type.of_type if is_non_null_type(field.type) else field.type):
            size = self._length(node, SIZES.get(key, MOST if node.name.value == "groupBy" else USUAL))
        return _Found(_sum([weight, _product(size, inner.once)]), 0)

    def _page(self, node: FieldNode, key: str) -> Points:
        """How many elements a page has at most."""
        asked = [
            self._value(argument.value, _asked_rows)
            for argument in node.arguments or ()
            if argument.name.value in ("first", "last")
        ]
        usual = SIZES.get(key, DEFAULT_FIRST)
        fixed = [one for one in asked if isinstance(one, int)]
        if len(fixed) == len(asked):
            return max(fixed, default=NOT_ASKED) if max(fixed, default=NOT_ASKED) != NOT_ASKED else usual

        def longest(variables: Variables) -> int:
            # Null is as good as left out: of the two the other then counts.
            found = max(_at(one, variables) for one in asked)
            return usual if found == NOT_ASKED else found

        return longest

    def _length(self, node: FieldNode, usual: int) -> Points:
        for argument in node.arguments or ():
            if argument.name.value == _IDS:
                return self._value(argument.value, lambda value: len(value) if isinstance(value, list) else 1)
        return usual

    def _whether(self, one: Any) -> Points:
        """0 or 1: what `@skip` and `@include` say."""
        found: Points = 1
        for directive in one.directives or ():
            if directive.name.value in ("skip", "include"):
                wanted = directive.name.value == "include"
                for argument in directive.arguments or ():
                    found = _product(found, self._value(argument.value, _included if wanted else _skipped))
        return found

    def _value(self, node: ValueNode, read: Callable[[Any], int]) -> Points:
        """A number read off an argument's value."""
        if not isinstance(node, VariableNode):
            return read(_literal(node))
        name = node.name.value
        default = _literal(self._defaults[name]) if name in self._defaults else None
        return lambda variables: read(variables.get(name, default))


def _literal(node: ValueNode) -> Any:
    if isinstance(node, IntValueNode):
        return int(node.value[:20])
    if isinstance(node, BooleanValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        return list(node.values)
    return None


def _included(value: Any) -> int:
    return int(value is not False)


def _skipped(value: Any) -> int:
    return int(value is not True)


def _asked_rows(first: Any) -> int:
    """What is no number of rows is refused by whoever reads it."""
    if isinstance(first, bool) or not isinstance(first, int | float):
        return NOT_ASKED
    return int(min(max(first, 0), MOST))


def _sum(points: list[Points]) -> Points:
    """Numbers added at once, the rest when variables are known."""
    fixed = sum(one for one in points if isinstance(one, int))
    open_ones = [one for one in points if not isinstance(one, int)]
    if not open_ones:
        return fixed
    return lambda variables: fixed + sum(one(variables) for one in open_ones)


def _product(a: Points, b: Points) -> Points:
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if a == 0 or b == 0:
        return 0
    return lambda variables: _at(a, variables) * _at(b, variables)


def _at(points: Points, variables: Variables) -> int:
    return points if isinstance(points, int) else points(variables)
