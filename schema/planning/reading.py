"""One answer while it is put together: whose it is, and the values of its variables."""

from dataclasses import dataclass

from graphql.execution.values import VariableValues

from schema.context import Context
from schema.planning.paths import Path, Paths


class Replan(Exception):
    """A field failed below a root, or gave null where there is none: graphql-core answers, by the letter of the
    specification. Its text reaches nobody."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer."""

    context: Context
    variables: VariableValues


class Where:
    """The place of one value, for whoever notes it."""

    __slots__ = ("_number", "_paths")

    def __init__(self, paths: Paths, number: int) -> None:
        self._paths = paths
        self._number = number

    def as_list(self) -> Path:
        """The response path."""
        return self._paths.of(self._number)


class PlannedInfo:
    """What a resolver of ours uses of Strawberry's Info."""

    __slots__ = ("context", "path")

    def __init__(self, context: Context, path: Where) -> None:
        self.context = context
        self.path = path
