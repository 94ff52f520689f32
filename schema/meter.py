"""Every request is measured before it is run: its document's size, its cost, and what its caller has left of both."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode

from schema.context import Context
from schema.cost import Cost
from schema.limits import input_excess, measured

LONGEST_KEPT = 20_000
"""Characters. What longer documents cost is worked out every time."""
REFUSED = "GRAPHQL_VALIDATION_FAILED"


class Meter:
    """What documents cost, each worked out once for everybody: against the full schema. `parsed` gives a document."""

    def __init__(self, schema: GraphQLSchema, parsed: Callable[[str], DocumentNode]) -> None:
        self._schema = schema
        self._parsed = parsed
        self._sizes = lru_cache(maxsize=512)(self._size)
        self._costs = lru_cache(maxsize=512)(self._cost)

    def admit(self, query: str, variables: Mapping[str, Any] | None, context: Context) -> None:
        """GraphQLError for a document or variables beyond the caller's limits. Before variables are looked into."""
        size = self._sizes(query) if len(query) <= LONGEST_KEPT else self._size(query)
        if isinstance(size, GraphQLError):
            raise GraphQLError(size.message, extensions={"code": REFUSED})
        if (sentence := size.beyond(context.limits)) is not None:
            raise GraphQLError(sentence, extensions={"code": REFUSED})
        if (nested := input_excess(variables)) is not None:
            raise GraphQLError(nested.message, extensions={"code": "BAD_USER_INPUT"})

    def charge(
        self, query: str, operation: OperationDefinitionNode, variables: Mapping[str, Any], context: Context
    ) -> None:
        """Take the operation's cost from what the caller has left, and note it; GraphQLError above his limit."""
        name = operation.name.value if operation.name else ""
        cost = self._costs(query, name) if len(query) <= LONGEST_KEPT else self._cost(query, name)
        points, most = cost.of(variables), context.limits.cost
        context.cost = {"requested": points, "limit": most}
        if points > most:
            sentence = f"The operation costs {points} points, and {most} are allowed: ask for fewer rows or fields."
            raise GraphQLError(sentence, extensions={"code": REFUSED, "reason": "COST_EXCEEDED"})
        context.works.rates.cost(context.bank.id, context.caller.person, context.limits, points)

    def _size(self, query: str) -> Any:
        return measured(self._parsed(query))

    def _cost(self, query: str, name: str) -> Cost:
        document = self._parsed(query)
        operation = next(
            one
            for one in document.definitions
            if isinstance(one, OperationDefinitionNode) and (one.name.value if one.name else "") == name
        )
        return Cost(self._schema, document, operation)
