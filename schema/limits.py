"""How large a document may be, told in one pass over it: whatever costs more comes after this.

Graphql-core compares every two fields of one place, JSON is written by recursion, and fragments that spread one
another double at every step: a document within these limits is validated in a fraction of a second.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
)

from schema.limit_table import MOST_FIELDS, Limits

MOST_NESTING = 60
"""Fields, inline fragments and spread fragments inside one another."""
MOST_ALIKE = 50
"""Fields of one name (alias) in one place, which are merged into one."""
MOST_INPUT_DEPTH = 10
"""Objects inside objects in an argument or a variable; lists count where they stand in lists."""

_TOO_NESTED = f"The document is nested too deeply: at most {MOST_NESTING} fields and fragments inside one another."
_INPUT_TOO_NESTED = f"An input is nested too deeply: at most {MOST_INPUT_DEPTH} objects inside one another."


@dataclass(frozen=True, slots=True)
class Size:
    """Of a document: fields inside fields, everything inside one another, and counts; what fragments hold included."""

    depth: int = 0
    nesting: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beyond(self, limits: Limits) -> str | None:
        """The first of these limits that the document breaks, in a sentence."""
        if self.depth > limits.depth:
            return f"The document selects fields more than {limits.depth} levels deep."
        if self.fields > limits.fields:
            return f"The document selects more than {limits.fields} fields, those of its fragments among them."
        if self.aliases > limits.aliases:
            return f"The document has more than {limits.aliases} aliases, those of its fragments among them."
        if self.directives > limits.directives:
            return f"The document has more than {limits.directives} directives, those of its fragments among them."
        return None


def excess(document: DocumentNode) -> GraphQLError | None:
    """The first limit a document breaks that holds for everybody; None within all of them."""
    found = measured(document)
    return found if isinstance(found, GraphQLError) else None


def measured(document: DocumentNode) -> Size | GraphQLError:
    """How large a document is, or the limit for everybody that it breaks. Time and memory are linear in its length."""
    try:
        return _Measuring(document).checked()
    except GraphQLError as error:
        return error
    except RecursionError:
        return GraphQLError(_TOO_NESTED)


def input_excess(variables: Any) -> GraphQLError | None:
    """Whether variables, as they came, are nested too deeply; one level after the other, so however deep they are."""
    level = [one for one in variables.values() if isinstance(one, dict | list)] if variables else []
    for _ in range(MOST_INPUT_DEPTH):
        if not level:
            return None
        level = [inner for one in level for inner in _inner(one)]
    return GraphQLError(_INPUT_TOO_NESTED) if level else None


def _inner(value: Any) -> Iterator[Any]:
    """What in an object, or in a list, is one level deeper."""
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, list) and isinstance(value, dict):
            yield from (item for item in one if isinstance(item, dict | list))
        elif isinstance(one, dict | list):
            yield one


class _Measuring:
    """One document. Every fragment is measured once, however often it is spread."""

    def __init__(self, document: DocumentNode) -> None:
        self._document = document
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._known: dict[str, Size] = {}
        self._begun: set[str] = set()
        self._spread: set[str | None] = set()

    def checked(self) -> Size:
        """The document's size; GraphQLError for the first limit that is broken."""
        sizes = [(one, self._definition(one)) for one in self._document.definitions]
        # What a fragment holds counts where it is spread; only one that nobody spreads counts by itself.
        roots = [(one, size) for one, size in sizes if self._name(one) not in self._spread]
        whole = _together([size for _, size in roots])
        if whole.nesting > MOST_NESTING:
            _refuse(_TOO_NESTED)
        if whole.fields > MOST_FIELDS:
            _refuse(f"The document selects more than {MOST_FIELDS} fields, those of its fragments among them.")
        for one, _ in roots:
            places = Counter(self._places(_selected(one), ()))
            if places and max(places.values()) > MOST_ALIKE:
                _refuse(f"The document selects one field more than {MOST_ALIKE} times in one place.")
        return whole

    def _name(self, one: DefinitionNode) -> str | None:
        """By which a fragment is spread; None for an operation and for all but the last fragment of one name."""
        if isinstance(one, FragmentDefinitionNode) and self._fragments[one.name.value] is one:
            return one.name.value
        return None

    def _definition(self, one: DefinitionNode) -> Size:
        if (name := self._name(one)) is not None:
            return self._fragment(name)
        variables = one.variable_definitions or () if isinstance(one, OperationDefinitionNode) else ()
        for variable in variables:
            if variable.default_value is not None:
                _check_input(variable.default_value)
        directives = sum(self._directives(each) for each in (one, *variables))
        return _together([self._inside(_selected(one)), Size(directives=directives)])

    def _fragment(self, name: str) -> Size:
        if name in self._known:
            return self._known[name]
        if name not in self._fragments:  # validation says so; it counts as a field, so that counting ends in one
            return Size(1, 1, 1)
        if name in self._begun:
            _refuse(f'Fragment "{name}" spreads itself.')
        self._begun.add(name)
        fragment = self._fragments[name]
        own = Size(directives=self._directives(fragment))
        self._known[name] = _together([self._inside(fragment.selection_set), own])
        return self._known[name]

    def _inside(self, selected: SelectionSetNode | None) -> Size:
        """Of a selection set: the deepest of its selections, and the sums of what they count."""
        sizes = [self._size(one) for one in selected.selections] if selected else []
        whole = _together(sizes)
        return replace(whole, nesting=whole.nesting + 1) if sizes else whole

    def _size(self, one: SelectionNode) -> Size:
        own = Size(directives=self._directives(one))
        if isinstance(one, FragmentSpreadNode):
            self._spread.add(one.name.value)
            return _together([self._fragment(one.name.value), own])
        inside = _together([self._inside(_selected(one)), own])
        if not isinstance(one, FieldNode):
            return inside
        for argument in one.arguments or ():
            _check_input(argument.value)
        aliases = inside.aliases + (one.alias is not None)
        return replace(inside, depth=inside.depth + 1, fields=inside.fields + 1, aliases=aliases)

    def _directives(self, one: Any) -> int:
        directives = getattr(one, "directives", None) or ()
        for directive in directives:
            for argument in directive.arguments or ():
                _check_input(argument.value)
        return len(directives)

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


def _together(sizes: Sequence[Size]) -> Size:
    """Side by side: the deepest, and sums."""
    return Size(
        depth=max((one.depth for one in sizes), default=0),
        nesting=max((one.nesting for one in sizes), default=0),
        fields=sum(one.fields for one in sizes),
        aliases=sum(one.aliases for one in sizes),
        directives=sum(one.directives for one in sizes),
    )


def _check_input(value: ValueNode) -> None:
    """GraphQLError for an argument's value that is nested too deeply."""
    left: list[tuple[ValueNode, int, bool]] = [(value, 0, False)]
    while left:
        one, depth, in_list = left.pop()
        if isinstance(one, ObjectValueNode):
            depth += 1
            left += [(field.value, depth, False) for field in one.fields]
        elif isinstance(one, ListValueNode):
            depth += in_list
            left += [(item, depth, True) for item in one.values]
        if depth > MOST_INPUT_DEPTH:
            _refuse(_INPUT_TOO_NESTED)


def _selected(one: DefinitionNode | SelectionNode) -> SelectionSetNode | None:
    if isinstance(one, OperationDefinitionNode | FragmentDefinitionNode | FieldNode | InlineFragmentNode):
        return one.selection_set
    return None


def _refuse(sentence: str) -> NoReturn:
    raise GraphQLError(sentence)
