"""What a field declares of how it is read from rows, beside its resolver: kept in the Strawberry field's metadata.

A declaration and its resolver must agree on every row: random documents are answered both ways by a test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from core.paging import Listing
from schema.context import Context
from schema.needs import Need, under
from schema.planning.kinds import Kind
from schema.resolved import READS


@dataclass(frozen=True)
class Column:
    """A scalar made of columns of the row. `readable`: the column that tells whether it is masked."""

    names: tuple[str, ...]
    kind: Kind
    readable: str | None = None


@dataclass(frozen=True)
class Labelled:
    """A label in the language asked for: the column in English, and the one in Chinese, which may be empty."""

    english: str
    chinese: str


@dataclass(frozen=True)
class Joined:
    """The one row of another list whose `key`, SQL of ours, is the row's column `by`."""

    listing: Callable[[Context], Listing]
    key: str
    by: str
    present: str
    """Column of the other list that is null where there is no such row."""
    readable: str | None = None


@dataclass(frozen=True)
class Amount:
    """Money of a column in minor units. `readable`: the column that tells whether it is masked."""

    name: str
    readable: str


@dataclass(frozen=True)
class Sheet:
    """Rows in a few texts beside their parent, one a column: JSON tokens with a separator between them.

    `tokens`: the columns, which have the names of those of the rows.
    """

    listing: Callable[[Context], Listing]
    keys: tuple[str, ...]
    tokens: tuple[str, ...]
    separator: str


@dataclass(frozen=True)
class Children:
    """A list of rows whose parent is the row with these columns. `sheet`: where they stand in one text too."""

    listing: Callable[[Context], Listing]
    by: tuple[str, ...]
    keys: tuple[str, ...]
    """SQL of the same in the other list."""
    order: str
    make: Callable[[Context, Any], Any]
    sheet: Sheet | None = None


@dataclass(frozen=True)
class LookedUp:
    """An object of no table, found by a column's value."""

    by: str
    find: Callable[[Context, Any], Any]


Reads = Column | Labelled | Joined | Amount | Children | LookedUp


def column(
    *names: str, kind: Kind, description: str, attribute: str | None = None, needs: Need | str | None = None
) -> Any:
    """A field that is a column of the row: of the record in a plan, of `self.read` (by `attribute`) elsewhere."""
    taken = (attribute,) if attribute else names

    def resolve(self: Any, info: strawberry.Info[Context, Any]) -> Any:
        values = [getattr(self.read, one) for one in taken]
        return None if values[0] is None else kind.value(info.context, *values)

    metadata = {READS: Column(names, kind), **({} if needs is None else under(needs))}
    return strawberry.field(resolver=resolve, description=description, metadata=metadata)


def reads_of(definition: StrawberryField) -> Reads | None:
    """What the field declares; None: only its resolver knows."""
    found: Reads | None = definition.metadata.get(READS)
    return found
