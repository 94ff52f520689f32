"""Executing a document: parsed and validated within limits and cached, errors translated on every way out."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from functools import lru_cache
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse, validate
from graphql.validation import specified_rules
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types import ExecutionResult

from schema.faults import translated
from schema.limits import excess
from schema.requests import GraphQLRequest

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


def _parsed(query: str) -> DocumentNode:
    return _kept(query) if len(query) <= LONGEST_KEPT else _parse(query)


class Checked(SchemaExtension):
    """Parses and validates in place of Strawberry: with a token limit, without "did you mean", cached."""

    def on_parse(self) -> Iterator[None]:
        """Before Strawberry would parse."""
        if self.execution_context.query:
            self.execution_context.graphql_document = _parsed(self.execution_context.query)
        yield

    def on_validate(self) -> Iterator[None]:
        """Before Strawberry would validate."""
        context = self.execution_context
        document, schema = context.graphql_document, context.schema
        if document is None or not isinstance(schema, MeritSchema) or context.query is None:
            raise TypeError("a document that was not parsed here")
        operations = sum(isinstance(d, OperationDefinitionNode) for d in document.definitions)
        if operations > 1 and context._provided_operation_name is None:  # Strawberry would run the first
            raise GraphQLError(
                "The document has several operations: name one in operationName.",
                extensions={"code": "OPERATION_RESOLUTION_FAILURE"},
            )
        errors = schema.checked(context.query)
        for error in errors:
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(error.extensions or {})}
        context.pre_execution_errors = errors
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
    """A Strawberry schema whose errors are ours."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._known = lru_cache(maxsize=512)(self._check)

    def checked(self, query: str) -> list[GraphQLError]:
        """What is wrong with a document."""
        return self._known(query) if len(query) <= LONGEST_KEPT else self._check(query)

    def _check(self, query: str) -> list[GraphQLError]:
        document = _parsed(query)
        # First, for validation itself takes seconds, or recurses too deeply, over a document beyond the limits.
        if (too_large := excess(document)) is not None:
            return [too_large]
        rules = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
        return validate(self._schema, document, rules, max_errors=MOST_ERRORS, hide_suggestions=True)

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

    async def execute(self, *args: Any, **options: Any) -> ExecutionResult:
        """As Strawberry's, with translated errors."""
        result = await super().execute(*args, **options)
        if result.errors:
            result.errors = [translated(error) for error in result.errors]
        return result
