"""Schemes and their versions as read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from core.indicators.indicator import Labels
from core.paging import Listing, SortKey
from core.session import BankSession

APPROVED_AT = SortKey("approved_at", "v.approved_at", "moment", nullable=True)
CODE = SortKey("code", "s.scheme", "text")
LABEL = SortKey("label", "s.label", "text")
MADE_AT = SortKey("made_at", "v.made_at", "moment")
SUBMITTED_AT = SortKey("submitted_at", "v.submitted_at", "moment", nullable=True)
VERSION = SortKey("version", "v.version", "rank")

SCHEMES = Listing("s.scheme, s.label, s.label_zh", "bank.schemes s")
_COLUMNS = """v.scheme, v.version, s.label, s.label_zh, v.status, v.made_by, v.made_at, v.submitted_by,
    v.submitted_at, v.approved_by, v.approved_at"""
_SOURCE = "bank.scheme_versions v JOIN bank.schemes s ON s.scheme = v.scheme"
VERSIONS = Listing(_COLUMNS, _SOURCE, parent="v.scheme")

Key = tuple[str, int]
"""Code and version."""


@dataclass(frozen=True, slots=True)
class SchemeRead:
    """A scheme's code and the labels its newest version gave it."""

    code: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class VersionRead:
    """One version without its text: draft → submitted → approved, and by whom."""

    code: str
    version: int
    labels: Labels
    status: str
    made_by: str
    made_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None


def scheme_read(row: Any) -> SchemeRead:
    """A scheme of a record with the columns of SCHEMES."""
    return SchemeRead(row["scheme"], Labels(row["label"], row["label_zh"]))


def version_read(row: Any) -> VersionRead:
    """A version of a record with the columns of VERSIONS."""
    return VersionRead(
        row["scheme"],
        row["version"],
        Labels(row["label"], row["label_zh"]),
        row["status"],
        row["made_by"],
        row["made_at"],
        row["submitted_by"],
        row["submitted_at"],
        row["approved_by"],
        row["approved_at"],
    )


async def schemes_by_code(session: BankSession, codes: Sequence[str]) -> dict[str, SchemeRead]:
    """The schemes of these codes, as far as they exist."""
    found = await session.rows(
        f"SELECT {SCHEMES.columns} FROM {SCHEMES.source} WHERE s.scheme = ANY($1::text[])",  # noqa: S608
        list(codes),
    )
    return {row["scheme"]: scheme_read(row) for row in found}


async def versions_by_key(session: BankSession, keys: Sequence[Key]) -> dict[Key, VersionRead]:
    """The versions of these keys, as far as they exist."""
    found = await session.rows(
        f"""SELECT {_COLUMNS} FROM {_SOURCE}
            JOIN unnest($1::text[], $2::integer[]) AS k(scheme, version)
              ON k.scheme = v.scheme AND k.version = v.version""",  # noqa: S608
        [scheme for scheme, _ in keys],
        [version for _, version in keys],
    )
    return {(row["scheme"], row["version"]): version_read(row) for row in found}


async def approved_by_code(session: BankSession, codes: Sequence[str]) -> dict[str, VersionRead]:
    """The newest approved version of each of these schemes, where there is one: the version in force."""
    found = await session.rows(
        f"""SELECT DISTINCT ON (v.scheme) {_COLUMNS} FROM {_SOURCE}
            WHERE v.status = 'approved' AND v.scheme = ANY($1::text[]) ORDER BY v.scheme, v.version DESC""",  # noqa: S608
        list(codes),
    )
    return {row["scheme"]: version_read(row) for row in found}


async def bodies_by_key(session: BankSession, keys: Sequence[Key]) -> dict[Key, Any]:
    """The texts of these versions as plain data, as far as they exist."""
    found = await session.rows(
        """SELECT v.scheme, v.version, v.body::text AS body FROM bank.scheme_versions v
           JOIN unnest($1::text[], $2::integer[]) AS k(scheme, version)
             ON k.scheme = v.scheme AND k.version = v.version""",
        [scheme for scheme, _ in keys],
        [version for _, version in keys],
    )
    return {(row["scheme"], row["version"]): orjson.loads(row["body"]) for row in found}
