"""The decorator of a field that is computed: Strawberry's, with the types it forgets, and what the field needs."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from schema.needs import Need, under

F = TypeVar("F", bound=Callable[..., Any])


READS = "reads"
"""In a field's metadata: how a plan reads it from rows (schema/planning/reads.py)."""


def resolved(
    *,
    description: str,
    name: str | None = None,
    needs: Need | str | None = None,
    reads: object = None,
    gives: Any = None,
) -> Callable[[F], F]:
    """A field answered by the method below it; `description` with its unit is for the schema's readers.

    `needs`: for whoever lacks it the field does not exist. The method still requires what it needs.
    `reads`: how a plan finds the same without calling the method. `gives`: its type, where it is generated.
    """
    metadata = {**({} if needs is None else under(needs)), **({} if reads is None else {READS: reads})}
    decorate: Callable[[F], F] = strawberry.field(
        description=description, name=name, metadata=metadata, graphql_type=gives
    )
    return decorate
