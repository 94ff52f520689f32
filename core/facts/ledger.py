"""The list of deliveries, and of the files that are a fact table, in PostgreSQL. All calls share one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from core.audit.store import record as audit
from core.facts.findings import DeliveryFinding
from core.facts.plan import ReadPlan
from core.facts.terms import PLAIN, Terms
from core.session import BankSession

NO_MONTH = date(1, 1, 1)


@dataclass(frozen=True)
class NamedFile:
    """A fact file in force. Records know their delivery and its shape and business day; derived files have None.

    `is_whole`: of a record, no row stands in for one that was set aside.
    """

    number: int
    part: str
    month: date
    sha256: str
    delivery: int | None
    shape: str | None
    business_day: date | None
    is_whole: bool = True


@dataclass(frozen=True)
class RowsAside:
    """Rows an accepted delivery leaves out: how many, the kept file of them, and why (`count` findings in all)."""

    rows: int
    sha256: str
    count: int
    findings: Sequence[DeliveryFinding]


@dataclass(frozen=True)
class NewFile:
    """A fact file to be named. `is_record`: it holds rows as delivered."""

    part: str
    month: date
    sha256: str
    rows: int
    bytes: int
    is_record: bool


async def lock(session: BankSession, fact: str) -> bool:
    """Whether this transaction got the one place for deliveries of this fact. Held to its end."""
    return bool((await session.rows("SELECT pg_try_advisory_xact_lock($1, $2)", *_lock_key(session, fact)))[0][0])


async def wait_for_lock(session: BankSession, fact: str) -> None:
    """Wait for the place. What was read before may be old by then: read afterwards."""
    await session.execute("SELECT pg_advisory_xact_lock($1, $2)", *_lock_key(session, fact))


def _lock_key(session: BankSession, fact: str) -> tuple[int, int]:
    digest = hashlib.sha256(f"facts/{session.bank.id}/{fact}".encode()).digest()
    return int.from_bytes(digest[:4], signed=True), int.from_bytes(digest[4:8], signed=True)


async def delivery_in_force(session: BankSession, plan: ReadPlan) -> Any | None:
    """The accepted delivery of this fact, shape and day: number, content, rows, first day, what was set aside."""
    return await session.row(
        """SELECT delivery, content, rows, set_aside, set_aside_sha256, coalesce(first_day, business_day) AS first_day
           FROM bank.deliveries
           WHERE fact = $1 AND shape = $2 AND business_day = $3 AND status = 'accepted'""",
        plan.table.name,
        plan.shape,
        plan.business_day,
    )


async def known_until(session: BankSession, fact: str) -> date | None:
    """The last business day of the fact's deliveries in force."""
    found = await session.row(
        "SELECT max(business_day) AS day FROM bank.deliveries WHERE fact = $1 AND status = 'accepted'", fact
    )
    day: date | None = found["day"] if found else None
    return day


async def files_in_force(session: BankSession, fact: str) -> list[NamedFile]:
    """The files that are the fact table now, in a fixed order."""
    rows = await session.rows(
        """SELECT f.fact_file, f.part, f.month, f.sha256, f.of_delivery, d.shape, d.business_day,
                  coalesce(d.set_aside = 0 AND d.completes IS NULL, true)
           FROM bank.fact_files f LEFT JOIN bank.deliveries d ON d.delivery = f.of_delivery
           WHERE f.fact = $1 AND f.until_delivery IS NULL ORDER BY f.part, f.month, f.fact_file""",
        fact,
    )
    return [NamedFile(*row) for row in rows]


async def refuse(
    session: BankSession,
    plan: ReadPlan,
    source: str,
    content: str,
    count: int,
    findings: Sequence[DeliveryFinding],
    terms: Terms = PLAIN,
) -> int:
    """Write down a refused delivery and its findings; its number. The same refused before is found again, not added."""
    before = await session.row(
        """SELECT delivery FROM bank.deliveries WHERE status = 'refused' AND fact = $1 AND shape = $2
           AND business_day = $3 AND content = $4 AND findings = $5 ORDER BY delivery DESC LIMIT 1""",
        plan.table.name,
        plan.shape,
        plan.business_day,
        content,
        count,
    )
    if before is not None:
        return int(before["delivery"])
    number = await _insert(session, plan, source, content, "refused", terms, findings=count)
    await _keep_findings(session, number, "error", findings)
    await _audit(session, "delivery:refuse", number, plan, content, findings=count)
    return number


async def _keep_findings(session: BankSession, number: int, severity: str, findings: Sequence[DeliveryFinding]) -> None:
    await session.execute(
        """INSERT INTO bank.findings (delivery, code, severity, subject, message, message_zh, fields)
           SELECT $1, code, $2, subject, message, message_zh, fields::jsonb
           FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                AS found (code, subject, message, message_zh, fields)""",
        number,
        severity,
        [one.rule for one in findings],
        [one.column or "" for one in findings],
        [one.message for one in findings],
        [one.message_zh for one in findings],
        [orjson.dumps(one.fields).decode() for one in findings],
    )


async def accept(
    session: BankSession,
    plan: ReadPlan,
    source: str,
    content: str,
    rows: int,
    supersedes: int | None,
    terms: Terms = PLAIN,
    aside: RowsAside | None = None,
    first_day: date | None = None,
) -> int:
    """Write down an accepted delivery; its number. The one it supersedes, and that one's records, end with it.

    `first_day`: the earliest day it says anything about; the business day where none is given.
    """
    if supersedes is not None:
        await session.execute("UPDATE bank.deliveries SET status = 'superseded' WHERE delivery = $1", supersedes)
    left: dict[str, Any] = (
        {"findings": aside.count, "set_aside": aside.rows, "set_aside_sha256": aside.sha256} if aside else {}
    )
    left["first_day"] = first_day or plan.business_day
    number = await _insert(session, plan, source, content, "accepted", terms, rows=rows, supersedes=supersedes, **left)
    if aside:
        await _keep_findings(session, number, "warning", aside.findings)
    if supersedes is not None:
        await session.execute(
            "UPDATE bank.fact_files SET until_delivery = $1 WHERE of_delivery = $2 AND until_delivery IS NULL",
            number,
            supersedes,
        )
    told: dict[str, int | str] = {"set_aside": aside.rows} if aside else {}
    if terms.correction:
        told["correction"] = terms.correction
    if terms.completes is not None:
        told["completes"] = terms.completes
    await _audit(session, "delivery:accept", number, plan, content, rows=rows, supersedes=supersedes, **told)
    return number


async def change_files(
    session: BankSession, fact: str, delivery: int, ended: Sequence[int], added: Sequence[NewFile]
) -> None:
    """From this delivery on: `ended` (file numbers) no longer are the table, `added` are."""
    await session.execute(
        "UPDATE bank.fact_files SET until_delivery = $1 WHERE fact_file = ANY($2::bigint[])", delivery, list(ended)
    )
    await session.execute(
        """INSERT INTO bank.fact_files
               (fact, part, month, sha256, rows, bytes, of_delivery, since_delivery)
           SELECT $1, part, month, sha256, rows, bytes, CASE WHEN is_record THEN $2::bigint END, $2
           FROM unnest($3::text[], $4::date[], $5::text[], $6::bigint[], $7::bigint[], $8::bool[])
                AS new (part, month, sha256, rows, bytes, is_record)""",
        fact,
        delivery,
        [file.part for file in added],
        [file.month for file in added],
        [file.sha256 for file in added],
        [file.rows for file in added],
        [file.bytes for file in added],
        [file.is_record for file in added],
    )


def newest_list(files: Sequence[NamedFile]) -> list[NamedFile]:
    """Of complete lists, that of the latest business day."""
    latest = max((file.business_day for file in files if file.business_day is not None), default=None)
    return [file for file in files if file.business_day == latest]


async def _insert(
    session: BankSession, plan: ReadPlan, source: str, content: str, status: str, terms: Terms, **more: Any
) -> int:
    control = orjson.dumps(terms.control.body()).decode() if terms.control else None
    found = await session.row(
        """INSERT INTO bank.deliveries (fact, shape, business_day, source, content, status, rows, findings,
               supersedes, delivered_by, delivered_at, mapping, completes, control, set_aside, set_aside_sha256,
               first_day, reason)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp(), $11::text::jsonb, $12,
                   $13::text::jsonb, $14, $15, $16, $17) RETURNING delivery""",
        plan.table.name,
        plan.shape,
        plan.business_day,
        source,
        content,
        status,
        more.get("rows", 0),
        more.get("findings", 0),
        more.get("supersedes"),
        session.person,
        plan.mapping.canonical.decode(),
        terms.completes,
        control,
        more.get("set_aside", 0),
        more.get("set_aside_sha256"),
        more.get("first_day"),
        terms.correction,
    )
    assert found is not None
    return int(found["delivery"])


async def _audit(
    session: BankSession, action: str, number: int, plan: ReadPlan, content: str, **detail: int | str | None
) -> None:
    about = {"fact": plan.table.name, "shape": plan.shape, "business_day": str(plan.business_day), "content": content}
    await audit(session, action, str(number), **about, **detail)
