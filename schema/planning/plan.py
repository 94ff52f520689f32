"""The plan of an operation, and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import GraphQLError

from core.errors import MeritgraphError
from schema.context import Context
from schema.ids import key_of
from schema.planning.field import ResolvedField
from schema.planning.level import Field
from schema.planning.paths import Root
from schema.planning.reading import Reading, Replan
from schema.planning.still import RUN_ARGUMENT

_NOWHERE = Root()


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON text of `data`, and what went wrong at its roots.

    `results`: hashes of the published runs it is all about; None where it may change for other reasons.
    """

    data: bytes
    errors: list[GraphQLError]
    results: tuple[str, ...] | None = None


class Plan:
    """Roots in order. Made once, answered often, for anybody who sees the same schema."""

    def __init__(self, roots: Sequence[Field], *, is_still: bool = False) -> None:
        self._roots = roots
        self._is_still = is_still

    async def answer(self, reading: Reading) -> Answer:
        """The answer; Replan where graphql-core has to find it."""
        errors: list[GraphQLError] = []
        texts = [f'"{root.key}":{await _text(root, reading, errors)}' for root in self._roots]
        results = await self._results(reading) if self._is_still and not errors else None
        return Answer(f"{{{','.join(texts)}}}".encode(), errors, results)

    async def _results(self, reading: Reading) -> tuple[str, ...] | None:
        """Of the runs that the roots name, as they were read for the answer; None unless all are published."""
        found = []
        for root in self._roots:
            if isinstance(root, ResolvedField):
                hashed = await _results_hash(reading.context, root.arguments(reading)[RUN_ARGUMENT])
                if hashed is None:
                    return None
                found.append(hashed)
        return tuple(found) or None


async def _results_hash(context: Context, run: str) -> str | None:
    """Of a published run; None for any other, and while changes cannot be heard of."""
    bank, code, epoch, kept = context.bank, key_of(context.bank, run, "Run"), context.epoch, context.works.kept
    if code is None or epoch is None:
        return None
    if (known := kept.run(epoch, bank.id, code)) is not None:
        return known[0]
    read = await context.loaders.runs.load(code)
    found = None if read is None or read.published_at is None else read.results_hash
    kept.note_run(epoch, bank.id, code, found)
    return found


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
