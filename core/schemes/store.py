"""Schemes in the bank's tables: versions are added and approved, never edited."""

from collections.abc import Mapping
from typing import Any

import orjson

from core.audit.store import record
from core.errors import Conflict, Forbidden, NotFound
from core.indicators.indicator import Indicator
from core.points.rule import PointRule
from core.schemes.scheme import Scheme, canonical_text, read_scheme
from core.session import BankSession
from core.versions import check_version

_LAST_VERSION = 2**31 - 1


async def save_scheme(
    session: BankSession,
    body: Any,
    indicators: Mapping[str, Indicator],
    rules: Mapping[str, PointRule],
    *,
    expected: int | None = None,
) -> int:
    """Store `body` as the next version of its scheme, a draft of `session.person`; gives the version, from 1.

    SchemeInvalid, and nothing is written, unless it is a scheme that could be run. `expected`: the newest version when
    it was read (0: there was none); Conflict VERSION_CONFLICT where there is another by now.
    """
    scheme = read_scheme(body, indicators, rules, session.bank.digits)
    await _name(session, scheme)
    if expected is not None:
        newest = str(await _newest(session, scheme.code))
        check_version(str(expected), newest, f"scheme {scheme.code}")
    found = await session.row(
        "INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at)"
        " SELECT $1::text, coalesce(max(version), 0) + 1, $2::text::jsonb, 'draft', $3, now()"
        " FROM bank.scheme_versions WHERE scheme = $1::text RETURNING version",
        scheme.code,
        canonical_text(scheme),
        session.person,
    )
    assert found is not None
    version = int(found["version"])
    await record(session, "scheme:save", scheme.code, version=version)
    return version


async def _name(session: BankSession, scheme: Scheme) -> None:
    """Write code and labels. The row stays locked until commit, so two savers never take the same version."""
    await session.execute(
        "INSERT INTO bank.schemes (scheme, label, label_zh) VALUES ($1, $2, $3)"
        " ON CONFLICT (bank_id, scheme) DO UPDATE SET label = excluded.label, label_zh = excluded.label_zh",
        scheme.code,
        scheme.labels.en,
        scheme.labels.zh,
    )


async def _newest(session: BankSession, scheme: str) -> int:
    found = await session.row("SELECT coalesce(max(version), 0) FROM bank.scheme_versions WHERE scheme = $1", scheme)
    return 0 if found is None else int(found[0])


async def submit_scheme(session: BankSession, scheme: str, version: int) -> None:
    """Ask a second person to approve a draft. Conflict SCHEME_NOT_DRAFT for a version that is no draft any more."""
    found = await _locked(session, scheme, version)
    if found["status"] != "draft":
        raise Conflict(
            f"Version {version} of scheme {scheme} is {found['status']}, no draft any more.", code="SCHEME_NOT_DRAFT"
        )
    await session.execute(
        "UPDATE bank.scheme_versions SET status = 'submitted', submitted_by = $3, submitted_at = now()"
        " WHERE scheme = $1 AND version = $2",
        scheme,
        version,
        session.person,
    )
    await record(session, "scheme:submit", scheme, version=version)


async def approve_scheme(session: BankSession, scheme: str, version: int) -> None:
    """Let runs use a submitted version.

    Forbidden FOUR_EYES for who made or submitted it; Conflict SCHEME_ALREADY_APPROVED, SCHEME_NOT_SUBMITTED.
    """
    found = await _locked(session, scheme, version)
    if session.person in (found["made_by"], found["submitted_by"]):
        raise Forbidden("Nobody approves what he made: ask a second person.", code="FOUR_EYES", scheme=scheme)
    if found["status"] == "approved":
        raise Conflict(f"Version {version} of scheme {scheme} is approved already.", code="SCHEME_ALREADY_APPROVED")
    if found["status"] != "submitted":
        raise Conflict(
            f"Version {version} of scheme {scheme} is still a draft: its designer submits it first.",
            code="SCHEME_NOT_SUBMITTED",
        )
    await session.execute(
        "UPDATE bank.scheme_versions SET status = 'approved', approved_by = $3, approved_at = now()"
        " WHERE scheme = $1 AND version = $2",
        scheme,
        version,
        session.person,
    )
    await record(session, "scheme:approve", scheme, version=version)


async def _locked(session: BankSession, scheme: str, version: int) -> Any:
    """The version's state, its row locked until commit. NotFound for one that is missing or another bank's."""
    missing = NotFound(f"There is no version {version} of scheme {scheme!r}.", scheme=scheme)
    if not 0 < version <= _LAST_VERSION:
        raise missing
    found = await session.row(
        "SELECT made_by, submitted_by, status FROM bank.scheme_versions WHERE scheme = $1 AND version = $2 FOR UPDATE",
        scheme,
        version,
    )
    if found is None:
        raise missing
    return found


async def approved_scheme(session: BankSession, code: str, version: int | None = None) -> tuple[int, dict[str, Any]]:
    """The approved version asked for, or the newest approved one: its number and its body for read_scheme.

    NotFound for one that is missing, not approved, or another bank's.
    """
    which = f"scheme {code!r}" if version is None else f"version {version} of scheme {code!r}"
    missing = NotFound(f"There is no approved {which}.", scheme=code)
    if version is not None and version > _LAST_VERSION:
        raise missing
    found = await session.row(
        "SELECT version, body::text AS body FROM bank.scheme_versions"
        " WHERE scheme = $1 AND status = 'approved' AND ($2::integer IS NULL OR version = $2)"
        " ORDER BY version DESC LIMIT 1",
        code,
        version,
    )
    if found is None:
        raise missing
    return int(found["version"]), orjson.loads(found["body"])
