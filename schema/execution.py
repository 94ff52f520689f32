"""Executing a document: parsed and checked within limits, read by its plan, errors translated on every way out."""

import logging
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import aclosing
from inspect import isawaitable
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError, OperationDefinitionNode, OperationType, execute
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult

from core.errors import MeritgraphError
from schema.checking import MOST_ERRORS, CheckedSchema, operation_of, parsed
from schema.context import Context
from schema.faults import HttpFault, bad_request, translated
from schema.meter import Meter
from schema.planning.reading import Reading, Replan
from schema.requests import GraphQLRequest
from schema.visible import Visible, VisibleSchemas

log = logging.getLogger("meritgraph.graphql")

READS = frozenset({OperationType.QUERY})
READS_AND_CHANGES = frozenset({OperationType.QUERY, OperationType.MUTATION})


class Checked(SchemaExtension):
    """Of subscriptions: parses and checks in place of Strawberry."""

    def on_parse(self) -> Iterator[None]:
        """Before Strawberry would parse."""
        if self.execution_context.query:
            self.execution_context.graphql_document = parsed(self.execution_context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        """Before Strawberry would validate."""
        context = self.execution_context
        document, schema = context.graphql_document, context.schema
        if document is None or not isinstance(schema, MeritSchema) or context.query is None:
            raise TypeError("a document that was not parsed here")
        if context._provided_operation_name is None:
            operation_of(document, None)  # Strawberry would run the first of several
        context.pre_execution_errors = schema.visible(context.context).checked(context.query)
        yield


_NO_SUBSCRIPTION = "Only subscriptions are served here: send queries and mutations by POST."
_NO_OPERATION = "The document has no such operation."


def _of_operation(error: GraphQLError) -> GraphQLError:
    """A document whose operation cannot be followed, said in our words."""
    for kind, code, sentence in (
        (InvalidOperationTypeError, "BAD_REQUEST", _NO_SUBSCRIPTION),
        (CannotGetOperationTypeError, "OPERATION_RESOLUTION_FAILURE", _NO_OPERATION),
        (MissingQueryError, "BAD_REQUEST", "There is no query in the request."),
    ):
        if isinstance(error.original_error, kind):
            return GraphQLError(sentence, extensions={"code": code})
    return error


class MeritSchema(strawberry.Schema):
    """A Strawberry schema whose queries are planned and whose errors are ours."""

    def __init__(self, *, open_introspection: bool = False, **options: Any) -> None:
        """`open_introspection`: everybody may ask for the schema he sees."""
        super().__init__(**options)
        self.schemas = VisibleSchemas(self._schema, self._checked, open_introspection=open_introspection)
        self.meter = Meter(self._schema, parsed)

    def _checked(self, visible: Visible) -> CheckedSchema:
        return CheckedSchema(visible.schema, self.config, self.schema_converter.scalar_registry, visible.rules)

    def visible(self, context: Context) -> CheckedSchema:
        """The schema as the caller sees it."""
        return self.schemas.of(context.caller, context.catalogue)

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Strawberry would log every mistake of a client with a traceback; `translated` logs what is ours."""

    async def follow(self, context: Any, asked: GraphQLRequest) -> AsyncGenerator[ExecutionResult]:
        """A subscription's results, one an event, with translated errors. One without data may be the last."""
        results = await self.subscribe(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
            operation_extensions=asked.extensions,
        )
        async with aclosing(results):
            try:
                async for result in results:
                    if result.errors:
                        result.errors = [translated(_of_operation(error)) for error in result.errors]
                    yield result
            except GraphQLError as error:  # of `Checked`: Strawberry lets it through here
                yield ExecutionResult(data=None, errors=[translated(error)])

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
