"""The decorator of a field that is computed: Strawberry's, with the types it forgets."""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

F = TypeVar("F", bound=Callable[..., Any])


def resolved(*, description: str, name: str | None = None) -> Callable[[F], F]:
    """A field answered by the method below it; `description` with its unit is for the schema's readers."""
    decorate: Callable[[F], F] = strawberry.field(description=description, name=name)
    return decorate
