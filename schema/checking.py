"""Documents parsed, checked and planned, each once: against one schema, as whoever shares it sees it."""

from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from graphql.validation import ASTValidationRule, specified_rules
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.faults import HttpFault
from schema.limits import excess
from schema.planning.compiler import Compiler, deciding_variables
from schema.planning.plan import Plan
from schema.planning.plans import Plans

MOST_TOKENS = 4000
MOST_ERRORS = 20

LONGEST_KEPT = 20_000
"""Longer documents are not cached: 512 of a megabyte each would stay in memory."""


def _parse(query: str) -> DocumentNode:
    try:
        return parse(query, max_tokens=MOST_TOKENS)
    except RecursionError:
        raise GraphQLError("The document is nested too deeply.", extensions={"code": "GRAPHQL_PARSE_FAILED"}) from None


_kept = lru_cache(maxsize=512)(_parse)


def parsed(query: str) -> DocumentNode:
    """The document of a text; GraphQLError for none."""
    return _kept(query) if len(query) <= LONGEST_KEPT else _parse(query)


@lru_cache(maxsize=512)
def _deciding(query: str) -> tuple[str, ...]:
    return deciding_variables(parsed(query))


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation named, or the only one; OPERATION_RESOLUTION_FAILURE for a document without it."""
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if name is None and len(found) > 1:
        sentence = "The document has several operations: name one in operationName."
        raise GraphQLError(sentence, extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
    named = [one for one in found if name is None or (one.name and one.name.value == name)]
    if not named:
        raise HttpFault("OPERATION_RESOLUTION_FAILURE", "The document has no such operation.", 400)
    return named[0]


class CheckedSchema:
    """A schema with what is known of documents against it. Everybody who sees the same schema shares one."""

    def __init__(
        self,
        schema: GraphQLSchema,
        config: StrawberryConfig,
        scalars: Any,
        rules: tuple[type[ASTValidationRule], ...],
        plans: Plans,
    ) -> None:
        """`rules`: to validate with, besides the specification's. `plans`: where plans are kept, this schema's too."""
        self.schema = schema
        self._rules = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule, *rules)
        self._config = config
        self._scalars = scalars
        self._known = lru_cache(maxsize=512)(self._check)
        self._plans = plans
        self._number = plans.new_schema()

    def checked(self, query: str) -> list[GraphQLError]:
        """What is wrong with a document."""
        return self._known(query) if len(query) <= LONGEST_KEPT else self._check(query)

    def _check(self, query: str) -> list[GraphQLError]:
        document = parsed(query)
        # First, for validation itself takes seconds, or recurses too deeply, over a document beyond the limits.
        if (too_large := excess(document)) is not None:
            errors = [too_large]
        else:
            errors = validate(self.schema, document, self._rules, max_errors=MOST_ERRORS, hide_suggestions=True)
        for error in errors:
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(error.extensions or {})}
        return errors

    def plan(self, query: str, operation: OperationDefinitionNode, variables: VariableValues) -> Plan | None:
        """The plan of a checked query; None for what graphql-core answers: changes and introspection."""
        name = operation.name.value if operation.name else ""
        long = len(query) > LONGEST_KEPT  # nothing of it is kept
        deciding = deciding_variables(parsed(query)) if long else _deciding(query)
        decided = tuple(variables.coerced.get(one) for one in deciding)

        def make() -> Plan | None:
            return self._planned(parsed(query), operation, variables)

        if long:
            return make()
        return self._plans.find((self._number, query, name, decided), make)

    def _planned(
        self, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
    ) -> Plan | None:
        if operation.operation is not OperationType.QUERY:
            return None
        return Compiler(self.schema, document, operation, variables, self._config, self._scalars).plan()
