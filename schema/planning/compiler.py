"""From a checked document to a plan: levels of fields, fragments and directives resolved."""

from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    is_leaf_type,
    visit,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from strawberry.schema.config import StrawberryConfig

from schema.planning.connections import ConnectionLevel, is_connection
from schema.planning.field import DEFINITION, ResolvedField
from schema.planning.level import Field, Level, TypeName
from schema.planning.plan import Plan
from schema.planning.shape import AnyOf, Leaf, ListOf, ObjectOf, Required, Shape
from schema.planning.still import is_still

Selected = dict[str, list[FieldDetails]]


def deciding_variables(document: DocumentNode) -> tuple[str, ...]:
    """Variables that decide which fields are asked for: those of @skip and @include."""
    found = _Deciding()
    visit(document, found)
    return tuple(sorted(found.names))


class _Deciding(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Every directive of a query that has a condition."""
        self.names.update(one.value.name.value for one in node.arguments or () if isinstance(one.value, VariableNode))


class Compiler:
    """One document's operation, on one visible schema, for the values its @skip and @include have."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        config: StrawberryConfig,
        scalars: Any,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._variables = variables
        self._config = config
        self._scalars = scalars
        self._visited: set[tuple[str, str]] = set()
        self._fragments = {
            one.name.value: FragmentDetails(one)
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }

    def plan(self) -> Plan | None:
        """The plan of a query; None if it asks for introspection."""
        root = self._schema.query_type
        assert root is not None
        found = collect_fields(self._schema, self._fragments, self._variables, root, self._operation, True)
        roots = found.grouped_field_set
        if any(details[0].node.name.value in ("__schema", "__type") for details in roots.values()):
            return None
        fields = self._fields(root, roots)
        return Plan(fields, is_still=all(is_still(of, name) for of, name in self._visited))

    def _fields(self, of: GraphQLObjectType, selected: Selected) -> list[Field]:
        return [self._field(of, key, details) for key, details in selected.items()]

    def _field(self, of: GraphQLObjectType, key: str, details: list[FieldDetails]) -> Field:
        nodes = [one.node for one in details]
        name = nodes[0].name.value
        if name == "__typename":
            return TypeName(key, of.name)
        self._visited.add((of.name, name))
        field = of.fields[name]
        shape = self._shape(field.type, details)
        return ResolvedField(key, nodes, field, shape, self._config, self._scalars)

    def _shape(self, of: Any, details: list[FieldDetails]) -> Shape:
        if isinstance(of, GraphQLNonNull):
            return Required(self._shape(of.of_type, details))
        if isinstance(of, GraphQLList):
            return ListOf(self._shape(of.of_type, details))
        if is_leaf_type(of):
            return Leaf(of.coerce_output_value)
        if is_abstract_type(of):
            return AnyOf(self._possible(of, details))
        return ObjectOf(self._level(of, details))

    def _possible(self, of: GraphQLAbstractType, details: list[FieldDetails]) -> dict[type, Level]:
        return {
            one.extensions[DEFINITION].origin: self._level(one, details) for one in self._schema.get_possible_types(of)
        }

    def _level(self, of: GraphQLObjectType, details: list[FieldDetails]) -> Level:
        collected = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, of, details, True
        )
        fields = self._fields(of, collected.grouped_field_set)
        return ConnectionLevel(fields) if is_connection(of) else Level(fields)
