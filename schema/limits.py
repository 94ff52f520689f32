"""How large a document may be, told in one pass over it: whatever costs more comes after this.

Graphql-core compares every two fields of one place, JSON is written by recursion, and fragments that spread one
another double at every step: a document within these limits is validated in a fraction of a second.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

MOST_DEPTH = 20
"""Fields inside fields. The introspection of GraphiQL has 15."""
MOST_NESTING = 60
"""Fields, inline fragments and spread fragments inside one another."""
MOST_FIELDS = 1000
"""Fields of all operations, those of a fragment counted wherever it is spread."""
MOST_ALIKE = 50
"""Fields of one name (alias) in one place, which are merged into one."""

_TOO_NESTED = f"The document is nested too deeply: at most {MOST_NESTING} fields and fragments inside one another."


def excess(document: DocumentNode) -> GraphQLError | None:
    """The first limit a document breaks; None within all of them. Time and memory are linear in its length."""
    try:
        _Measuring(document).check()
    except GraphQLError as error:
        return error
    except RecursionError:
        return GraphQLError(_TOO_NESTED)
    return None


@dataclass(frozen=True, slots=True)
class _Size:
    depth: int = 0
    nesting: int = 0
    fields: int = 0


class _Measuring:
    """One document. Every fragment is measured once, however often it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._document = document
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._known: dict[str, _Size] = {}
        self._begun: set[str] = set()
        self._spread: set[str | None] = set()

    def check(self) -> None:
        """GraphQLError for the first limit that is broken."""
        sizes = [(one, self._definition(one)) for one in self._document.definitions]
        # What a fragment holds counts where it is spread; only one that nobody spreads counts by itself.
        roots = [(one, size) for one, size in sizes if self._name(one) not in self._spread]
        if any(size.depth > MOST_DEPTH for _, size in roots):
            _refuse(f"The document selects fields more than {MOST_DEPTH} levels deep.")
        if any(size.nesting > MOST_NESTING for _, size in roots):
            _refuse(_TOO_NESTED)
        if sum(size.fields for _, size in roots) > MOST_FIELDS:
            _refuse(f"The document selects more than {MOST_FIELDS} fields, those of its fragments among them.")
        for one, _ in roots:
            places = Counter(self._places(_selected(one), ()))
            if places and max(places.values()) > MOST_ALIKE:
                _refuse(f"The document selects one field more than {MOST_ALIKE} times in one place.")

    def _name(self, one: DefinitionNode) -> str | None:
        """By which a fragment is spread; None for an operation and for all but the last fragment of one name."""
        if isinstance(one, FragmentDefinitionNode) and self._fragments[one.name.value] is one:
            return one.name.value
        return None

    def _definition(self, one: DefinitionNode) -> _Size:
        name = self._name(one)
        return self._inside(_selected(one)) if name is None else self._fragment(name)

    def _fragment(self, name: str) -> _Size:
        if name in self._known:
            return self._known[name]
        if name not in self._fragments:  # validation says so; it counts as a field, so that counting ends in one
            return _Size(1, 1, 1)
        if name in self._begun:
            _refuse(f'Fragment "{name}" spreads itself.')
        self._begun.add(name)
        self._known[name] = self._inside(self._fragments[name].selection_set)
        return self._known[name]

    def _inside(self, selected: SelectionSetNode | None) -> _Size:
        """Of a selection set: the deepest of its selections, and the sum of their fields."""
        depth = nesting = fields = 0
        for one in selected.selections if selected else ():
            size = self._size(one)
            depth, nesting = max(depth, size.depth), max(nesting, size.nesting + 1)
            fields += size.fields
        return _Size(depth, nesting, fields)

    def _size(self, one: SelectionNode) -> _Size:
        if isinstance(one, FragmentSpreadNode):
            self._spread.add(one.name.value)
            return self._fragment(one.name.value)
        inside = self._inside(_selected(one))
        if isinstance(one, FieldNode):
            return _Size(inside.depth + 1, inside.nesting, inside.fields + 1)
        return inside

    def _places(self, selected: SelectionSetNode | None, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """The path of every field, fragments spread out. Only for a document whose fields have been counted."""
        for one in selected.selections if selected else ():
            if isinstance(one, FieldNode):
                here = (*above, (one.alias or one.name).value)
                yield here
                yield from self._places(one.selection_set, here)
            elif isinstance(one, InlineFragmentNode):
                yield from self._places(one.selection_set, above)
            elif isinstance(one, FragmentSpreadNode) and one.name.value in self._fragments:
                yield from self._places(self._fragments[one.name.value].selection_set, above)


def _selected(one: DefinitionNode | SelectionNode) -> SelectionSetNode | None:
    if isinstance(one, OperationDefinitionNode | FragmentDefinitionNode | FieldNode | InlineFragmentNode):
        return one.selection_set
    return None


def _refuse(sentence: str) -> NoReturn:
    raise GraphQLError(sentence)
