"""What a list can be narrowed by, summed up and grouped by: conditions, sums and groups over a listing's rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.errors import InputError
from core.paging import Listing, shifted_places
from core.session import BankSession
from core.statement import Arguments

Condition = Callable[[Arguments], str]
"""SQL of ours, whose values are added to the arguments."""

MOST_GROUPS = 1_000
"""Of all parents together."""
MOST_SEARCHED = 10_000
"""Rows of a list in which `contains` may look."""


def narrowed(listing: Listing, condition: Condition) -> Listing:
    """The rows of a listing on which the condition holds."""
    arguments = Arguments()
    arguments.values += listing.arguments
    found = condition(arguments)
    added = len(arguments.values) - len(listing.arguments)
    return replace(
        listing,
        columns=shifted_places(listing.columns, added, behind=len(listing.arguments)),
        where=(*listing.where, found),
        arguments=tuple(tuple(value) if isinstance(value, list) else value for value in arguments.values),
    )


async def is_searchable(session: BankSession, listing: Listing) -> bool:
    """Whether the list has at most MOST_SEARCHED rows, over all parents."""
    arguments, conditions = listing.begun(counting=True)
    found = await session.row(
        f"""SELECT count(*) AS rows FROM (
              SELECT 1 FROM {listing.source} WHERE {" AND ".join(conditions)} LIMIT {MOST_SEARCHED + 1}) AS few""",  # noqa: S608
        *arguments.values,
    )
    assert found is not None
    return bool(found["rows"] <= MOST_SEARCHED)


@dataclass(frozen=True)
class Sum:
    """Of one column over rows, as it is stored: `known` rows have a value; sum, least and most are None without any."""

    known: int
    total: Decimal | None
    least: Decimal | None
    most: Decimal | None

    @property
    def mean(self) -> Fraction | None:
        """Exact."""
        return None if self.total is None else Fraction(self.total) / self.known


@dataclass(frozen=True)
class Tally:
    """Of a list or a group of it: the values its rows share, how many there are, and sums by name."""

    keys: tuple[Any, ...]
    count: int
    sums: dict[str, Sum]


async def tallies(
    session: BankSession,
    listing: Listing,
    keys: Sequence[str],
    summed: Sequence[tuple[str, str]],
    parents: Sequence[Any],
) -> dict[Any, list[Tally]]:
    """By parent: one tally a combination of `keys` (SQL of ours), in their order; without keys one in all.

    `summed`: names with SQL of a number. One statement, however many parents.
    """
    arguments, conditions = listing.begun(counting=True)
    named = "''"
    if listing.parent is not None:
        named = listing.parent
        conditions.append(f"{named} = ANY({arguments.add(list(parents))}::{listing.parent_type}[])")
    columns = [f"{key} AS key{n}" for n, key in enumerate(keys)]
    for n, (_, sql) in enumerate(summed):
        columns.append(f"count({sql}) AS known{n}, sum({sql}) AS total{n}")
        columns.append(f"min({sql}) AS least{n}, max({sql}) AS most{n}")
    groups = ", ".join(str(n + 1) for n in range(len(keys) + 1))
    most = MOST_GROUPS + 1 if keys else "ALL"
    found = await session.rows(
        f"""SELECT {", ".join([f"{named} AS of_parent", *columns, "count(*) AS rows"])} FROM {listing.source}
            WHERE {" AND ".join(conditions)} GROUP BY {groups} ORDER BY {groups} LIMIT {most}""",  # noqa: S608
        *arguments.values,
    )
    if keys and len(found) > MOST_GROUPS:
        sentence = f"There are more than {MOST_GROUPS} groups: filter the list, or group it by less."
        raise InputError(sentence, code="GROUPS_TOO_MANY")
    by_parent: dict[Any, list[Tally]] = {parent: [] for parent in parents}
    for row in found:
        by_parent[row["of_parent"]].append(_tally(row, len(keys), [name for name, _ in summed]))
    if not keys:
        nothing = empty_tally(name for name, _ in summed)
        return {parent: rows or [nothing] for parent, rows in by_parent.items()}
    return by_parent


def empty_tally(names: Iterable[str]) -> Tally:
    """Of no rows."""
    return Tally((), 0, {name: Sum(0, None, None, None) for name in names})


def _tally(row: Any, keys: int, names: Sequence[str]) -> Tally:
    sums = {
        name: Sum(row[f"known{n}"], *(_exact(row[f"{what}{n}"]) for what in ("total", "least", "most")))
        for n, name in enumerate(names)
    }
    return Tally(tuple(row[f"key{n}"] for n in range(keys)), row["rows"], sums)


def _exact(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
