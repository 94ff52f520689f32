"""Random valid documents: what hypothesis-graphql selects, dressed in everything a document may be written with."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    print_ast,
)
from hypothesis import strategies as st
from hypothesis_graphql import queries

from tests.schema.planning.arguments import Known, Values, literal

_RICH = ("managers", "runs", "scorecard", "scorecards") * 5
"""Roots with most below them."""
_SELDOM = ("evidence", "readiness")
"""Fields that read fact files: a tenth of the time they are asked for."""
_DEEPEST, _MOST = 7, 70
"""Fields inside fields, and names given, beyond which nothing is added to what the library selected."""
_SCALARS = {
    name: st.just(StringValueNode(value="")) for name in ("Date", "DateTime", "Decimal", "ID", "Period", "String")
}


@dataclass(frozen=True)
class Document:
    """A text and its variables. `is_wrong`: a value in it may be refused."""

    text: str
    variables: dict[str, Any]
    is_wrong: bool


def documents(schema: GraphQLSchema, known: Known) -> st.SearchStrategy[Document]:
    """Of this schema; arguments by `known`. All roots at once, or, more often, much of one or two."""
    assert schema.query_type is not None
    roots = sorted(schema.query_type.fields)
    rich = [name for name in _RICH if name in roots]
    some = st.lists(st.sampled_from(rich + roots), min_size=1, max_size=2, unique=True)

    @st.composite
    def drawn(draw: st.DrawFn) -> Document:
        fields = draw(st.one_of(some, some, some, some, st.just(roots)))
        base = draw(queries(schema, fields=fields, print_ast=_itself, custom_scalars=_SCALARS))
        random = Random(draw(st.integers(0, 2**32)))
        return _Dressing(schema, random, Values(random, known)).dressed(base)

    return drawn()


def _itself(document: DocumentNode) -> DocumentNode:
    return document


@dataclass
class _Dressing:
    """One document: aliases, fragments, directives and variables put in at random."""

    schema: GraphQLSchema
    random: Random
    values: Values
    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[FragmentDefinitionNode] = field(default_factory=list)
    count: int = 0
    depth: int = 0

    def dressed(self, document: DocumentNode) -> Document:
        """The whole of it."""
        [operation] = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        root = self.schema.query_type
        assert root is not None
        body = print_ast(self._selection(root, operation.selection_set))
        head = f"query ({', '.join(self.declared)}) " if self.declared else ""
        return Document("\n".join([head + body, *map(print_ast, self.fragments)]), self.variables, self.values.is_wrong)

    def _chance(self, of: float) -> bool:
        return self.random.random() < of

    def _new(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def _selection(self, of: GraphQLNamedType, selected: SelectionSetNode) -> SelectionSetNode:
        found: list[SelectionNode] = []
        for one in (*selected.selections, *self._more(of)):
            found += self._dressed(of, one)
        if self._chance(0.1) or not found:
            found.append(FieldNode(name=NameNode(value="__typename"), alias=self._alias(0.5)))
        if self._chance(0.15) and len(found) > 1:
            at = self.random.randrange(len(found))
            found[at:] = [self._fragment(of, found[at:])]
        return SelectionSetNode(selections=tuple(found))

    def _more(self, of: GraphQLNamedType) -> list[FieldNode]:
        """More fields, for the library is content with one: above all what stands in a list."""
        if not isinstance(of, GraphQLObjectType) or of is self.schema.query_type:
            return []
        leaves = [name for name, one in of.fields.items() if is_leaf_type(get_named_type(one.type))]
        wanted = self.random.sample(leaves, min(len(leaves), self.random.choice((0, 1, 3, 9))))
        inner = [name for name in of.fields if name not in leaves]
        if inner and self.depth < _DEEPEST and self.count < _MOST:
            rows = [name for name in ("nodes", "edges") if name in inner]
            wanted += [self.random.choice(rows if rows and self._chance(0.8) else inner)]
        return [self._grown(of, name) for name in wanted]

    def _grown(self, of: GraphQLObjectType, name: str) -> FieldNode:
        inner = get_named_type(of.fields[name].type)
        selected = None if is_leaf_type(inner) else SelectionSetNode(selections=())
        return FieldNode(name=NameNode(value=name), alias=NameNode(value=self._new("g")), selection_set=selected)

    def _dressed(self, of: GraphQLNamedType, one: SelectionNode) -> list[SelectionNode]:
        if isinstance(one, InlineFragmentNode):
            condition = one.type_condition
            assert condition is not None
            inner = self._selection(self.schema.type_map[condition.name.value], one.selection_set)
            return [self._inline(condition.name.value, inner)]
        assert isinstance(one, FieldNode)
        if one.name.value in _SELDOM and self._chance(0.9):
            return []
        found: list[SelectionNode] = [self._field(of, one)]
        if self._chance(0.08):  # the same field once more, merged with the first
            found.append(found[0])
        if self._chance(0.08):  # and once more under a name of its own
            found.append(self._field(of, one, 1))
        return found

    def _field(self, of: GraphQLNamedType, node: FieldNode, alias: float = 0.12) -> FieldNode:
        assert isinstance(of, GraphQLObjectType | GraphQLInterfaceType)
        known = of.fields[node.name.value]
        inner = get_named_type(known.type)
        values = self.values.of_field(inner.name, known.args)
        arguments = [
            ArgumentNode(name=NameNode(value=name), value=self._value(known.args[name].type, value))
            for name, value in values.items()
        ]
        # The library has named fields of several types that would not go together: these names stay.
        found = self._alias(1) if alias == 1 else node.alias or self._alias(alias)
        self.depth += 1
        selected = None if node.selection_set is None else self._selection(inner, node.selection_set)
        self.depth -= 1
        return FieldNode(
            name=node.name,
            alias=found,
            arguments=tuple(arguments),
            directives=self._directives(),
            selection_set=selected,
        )

    def _alias(self, chance: float) -> NameNode | None:
        return NameNode(value=self._new("a")) if self._chance(chance) else None

    def _value(self, kind: GraphQLInputType, value: Any) -> ValueNode:
        if not self._chance(0.25):
            return literal(value)
        return self._variable(str(kind), value)

    def _variable(self, kind: str, value: Any) -> VariableNode:
        name = self._new("v")
        default = ""
        if self._chance(0.2):
            default = f" = {print_ast(literal(value))}"
            if self._chance(0.5):
                value = None if self._chance(0.1) and not kind.endswith("!") else value
                self.variables[name] = value
        else:
            self.variables[name] = value
        self.declared.append(f"${name}: {kind}{default}")
        return VariableNode(name=NameNode(value=name))

    def _directives(self) -> tuple[DirectiveNode, ...]:
        if not self._chance(0.06):
            return ()
        name, value = self.random.choice((("skip", True), ("skip", False), ("include", True), ("include", False)))
        condition = self._variable("Boolean!", value) if self._chance(0.5) else literal(value)
        argument = ArgumentNode(name=NameNode(value="if"), value=condition)
        return (DirectiveNode(name=NameNode(value=name), arguments=(argument,)),)

    def _fragment(self, of: GraphQLNamedType, selected: list[SelectionNode]) -> SelectionNode:
        inner = SelectionSetNode(selections=tuple(selected))
        if self._chance(0.5):
            return self._inline(of.name if self._chance(0.5) else None, inner)
        name = self._new("F")
        condition = NamedTypeNode(name=NameNode(value=of.name))
        self.fragments.append(
            FragmentDefinitionNode(name=NameNode(value=name), type_condition=condition, selection_set=inner)
        )
        return FragmentSpreadNode(name=NameNode(value=name), directives=self._directives())

    def _inline(self, of: str | None, inner: SelectionSetNode) -> InlineFragmentNode:
        condition = NamedTypeNode(name=NameNode(value=of)) if of else None
        return InlineFragmentNode(type_condition=condition, directives=self._directives(), selection_set=inner)
