"""The plan of an operation, and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import GraphQLError

from core.errors import MeritgraphError
from schema.planning.field import ResolvedField
from schema.planning.level import Field
from schema.planning.paths import Root
from schema.planning.reading import Reading, Replan

_NOWHERE = Root()


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON text of `data`, and what went wrong at its roots."""

    data: bytes
    errors: list[GraphQLError]


class Plan:
    """Roots in order. Made once, answered often, for anybody who sees the same schema."""

    def __init__(self, roots: Sequence[Field]) -> None:
        self._roots = roots

    async def answer(self, reading: Reading) -> Answer:
        """The answer; Replan where graphql-core has to find it."""
        errors: list[GraphQLError] = []
        texts = [f'"{root.key}":{await _text(root, reading, errors)}' for root in self._roots]
        return Answer(f"{{{','.join(texts)}}}".encode(), errors)


async def _text(root: Field, reading: Reading, errors: list[GraphQLError]) -> str:
    """A root refused by its own resolver is null with an error; whatever fails deeper is graphql-core's."""
    if not isinstance(root, ResolvedField):
        return (await root.texts((None,), _NOWHERE, reading))[0]
    try:
        values = await root.values((None,), _NOWHERE, reading)
    except MeritgraphError as error:
        if not root.nullable:
            raise Replan from error
        errors.append(GraphQLError(error.message, root.nodes, path=[root.key], original_error=error))
        return "null"
    return (await root.written(values, _NOWHERE, reading))[0]
