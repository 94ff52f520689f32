"""Executing a document: parsed and checked within limits, read by its plan, errors translated on every way out."""

import logging
from collections.abc import Collection
from inspect import isawaitable
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError, OperationDefinitionNode, OperationType, execute
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.types import ExecutionResult

from core.errors import MeritgraphError
from schema.checking import MOST_ERRORS, CheckedSchema, operation_of, parsed
from schema.context import Context
from schema.faults import HttpFault, bad_request, translated
from schema.meter import Meter
from schema.planning.plans import Plans
from schema.planning.reading import Reading, Replan
from schema.requests import GraphQLRequest
from schema.visible import Visible, VisibleSchemas

log = logging.getLogger("meritgraph.graphql")

READS = frozenset({OperationType.QUERY})
READS_AND_CHANGES = frozenset({OperationType.QUERY, OperationType.MUTATION})


class MeritSchema(strawberry.Schema):
    """A Strawberry schema whose queries are planned and whose errors are ours."""

    def __init__(self, *, open_introspection: bool = False, **options: Any) -> None:
        """`open_introspection`: everybody may ask for the schema he sees."""
        super().__init__(**options)
        self.plans = Plans()
        self.schemas = VisibleSchemas(self._schema, self._checked, open_introspection=open_introspection)
        self.meter = Meter(self._schema, parsed)

    def _checked(self, visible: Visible) -> CheckedSchema:
        return CheckedSchema(
            visible.schema, self.config, self.schema_converter.scalar_registry, visible.rules, self.plans
        )

    def visible(self, context: Context) -> CheckedSchema:
        """The schema as the caller sees it."""
        return self.schemas.of(context.caller, context.catalogue)

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Strawberry would log every mistake of a client with a traceback; `translated` logs what is ours."""

    async def answer(
        self, asked: GraphQLRequest, context: Context, kinds: Collection[OperationType]
    ) -> ExecutionResult:
        """The answer to a query or a change, with translated errors; HttpFault for what cannot be asked so.

        `data` is an orjson.Fragment where a plan answered.
        """
        try:
            result = await self._answer(asked, context, kinds)
        except GraphQLError as error:
            result = ExecutionResult(None, [error])
        result.errors = [translated(error) for error in result.errors or ()] or None
        return result

    async def _answer(
        self, asked: GraphQLRequest, context: Context, kinds: Collection[OperationType]
    ) -> ExecutionResult:
        if not asked.query:
            raise bad_request("There is no query in the request.")
        operation = operation_of(parsed(asked.query), asked.operation_name)
        _check_kind(operation.operation, kinds)
        self.meter.admit(asked.query, asked.variables, context)
        visible = self.visible(context)
        if errors := visible.checked(asked.query):
            return ExecutionResult(None, errors)
        variables = get_variable_values(
            visible.schema, operation.variable_definitions or (), asked.variables or {}, MOST_ERRORS, True
        )
        if isinstance(variables, list):
            return ExecutionResult(None, variables)
        self.meter.charge(asked.query, operation, variables.coerced, context)
        planned = await self._planned(visible, asked.query, operation, variables, context)
        return planned or await self._executed(visible, asked, context)

    async def _planned(
        self,
        visible: CheckedSchema,
        query: str,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        context: Context,
    ) -> ExecutionResult | None:
        """The plan's answer; None where there is no plan, or a field below a root failed."""
        try:
            plan = visible.plan(query, operation, variables)
            if plan is None:
                return None
            found = await plan.answer(Reading(context, variables))
        except Exception as error:
            if not isinstance(error, Replan | MeritgraphError | GraphQLError):
                log.warning("a plan failed; graphql-core answers instead", exc_info=True)
                await context.rest()  # after a statement that failed, its transaction answers no other
            context.begin_again()
            return None
        context.results = found.results
        return ExecutionResult(orjson.Fragment(found.data), found.errors)  # type: ignore[arg-type]

    async def _executed(self, visible: CheckedSchema, asked: GraphQLRequest, context: Context) -> ExecutionResult:
        """By graphql-core, field by field: changes, introspection, and reads in which a field failed."""
        found = execute(
            visible.schema,
            parsed(asked.query or ""),
            context_value=context,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
            hide_suggestions=True,
        )
        result = await found if isawaitable(found) else found
        return ExecutionResult(result.data, result.errors, result.extensions)


def _check_kind(kind: OperationType, kinds: Collection[OperationType]) -> None:
    if kind in kinds:
        return
    if kind is OperationType.SUBSCRIPTION:
        raise bad_request("Subscriptions are served over WebSocket, in graphql-transport-ws.")
    raise HttpFault("BAD_REQUEST", "Mutations need POST.", 405, headers={"Allow": "POST"})
