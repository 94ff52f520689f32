"""A bank with paper in every tray: deliveries, findings, feeds, arrivals, entries, schemes, documents, the trail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from core.audit.store import record
from core.documents.document import Offered, sha256_of
from core.documents.store import register
from core.session import BankSession
from tests.approved import add_approved

if TYPE_CHECKING:
    from tests.schema.conftest import Town

MANY = 3_000_000_000
"""More bytes than 32 bits hold."""


def at(day: int) -> datetime:
    return datetime(2026, 10, day, 8, tzinfo=UTC)


# number, fact, shape, business day, status, rows, findings, supersedes, reason, by, day of October; before them 900001
DELIVERIES: list[tuple[Any, ...]] = [
    (900_002, "balances", "snapshot", date(2026, 9, 29), "superseded", 10, 0, None, "", "steward", 6),
    (900_003, "balances", "snapshot", date(2026, 9, 29), "accepted", 12, 2, 900_002, "late booking", "steward", 7),
    (900_004, "fees", "events", date(2026, 9, 30), "accepted", 5, 0, None, "", "inbox", 8),
    (900_005, "visits", "events", date(2026, 8, 31), "accepted", 0, 0, None, "", "inbox", 8),
]
# code, severity, subject, of delivery 900003
FINDINGS = [("DAY_INVALID", "error", "row 3"), ("ROUNDED", "warning", "row 1"), ("ROUNDED", "warning", "row 2")]
# code, label, fact, every, since
FEEDS = [
    ("balances", "Balances", "balances", "workday", date(2024, 1, 1)),
    ("fees", "Fees", "fees", "month", date(2025, 1, 1)),
    ("late-fees", "A late fee", "fees", "never", date(2026, 1, 1)),
]
# number, name, origin, feed, business day, bytes, status, dry run, result, delivery, day of October
ARRIVALS: list[tuple[Any, ...]] = [
    (900_001, "fees.csv", "inbox", "fees", date(2026, 9, 30), 100, "refused", False, "refused", 900_001, 5),
    (900_002, "balances.csv", "upload", "balances", date(2026, 9, 29), MANY, "done", False, "accepted", 900_003, 7),
    (900_003, "look.csv", "upload", None, None, 7, "done", True, "dry_run", None, 8),
    (900_004, "new.csv", "inbox", "fees", date(2026, 10, 1), 9, "waiting", False, None, None, 9),
]
# number, fact, business day, reason, maker; the first is approved, the second refused, the fourth takes back the first
ENTRIES: list[tuple[Any, ...]] = [
    (900_001, "fees", date(2026, 10, 3), "the system was down", "ann"),
    (900_002, "fees", date(2026, 10, 2), "forgotten", "ben"),
    (900_003, "visits", date(2026, 10, 1), "by telephone", "ann"),
    (900_004, "fees", date(2026, 10, 3), "wrong account", "ann"),
]
DOCUMENTS = ["query Alpha { me { code } }", "query Beta { me { code } }", "query Gamma { bank { id } }"]
ACTS = [("ann", "run:start", "p-1"), ("ben", "run:publish", "p-1"), ("ann", "run:start", "p-2"), ("ann", "x", "p-10")]


async def file_papers(town: Town) -> None:
    """All of it."""
    async with town.open() as session:
        await _deliveries(session)
        await _feeds_and_arrivals(session)
        await _entries(session)
        await add_approved(session, "late")
        async with session.acting_as("ann") as ann:
            for version in (2, 3):
                await ann.execute(
                    """INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at)
                       VALUES ('late', $1, '{}', 'draft', 'ann', now())""",
                    version,
                )
        for text in DOCUMENTS:
            async with session.acting_as("ben" if "Alpha" in text else "ann") as registering:
                await register(registering, [Offered(sha256_of(text), text, text.split()[1])])
        for person, action, subject in ACTS:
            async with session.acting_as(person) as acting:
                await record(acting, action, subject)


async def _deliveries(session: BankSession) -> None:
    for number, fact, shape, day, status, rows, findings, supersedes, reason, by, delivered in DELIVERIES:
        await session.execute(
            """INSERT INTO bank.deliveries (delivery, fact, shape, business_day, source, content, status, rows,
                 findings, supersedes, first_day, reason, delivered_by, delivered_at, mapping)
               VALUES ($1, $2, $3, $4, $12, $13, $5, $6, $7, $8, $4, $9, $10, $11, '{}')""",
            number, fact, shape, day, status, rows, findings, supersedes, reason, by, at(delivered),
            f"{fact}.csv", f"c{number}",
        )  # fmt: skip
    for code, severity, subject in FINDINGS:
        await session.execute(
            """INSERT INTO bank.findings (delivery, code, severity, subject, message, message_zh, fields)
               VALUES (900003, $1, $2, $3, 'look', '看', '{"row": 3}')""",
            code,
            severity,
            subject,
        )


async def _feeds_and_arrivals(session: BankSession) -> None:
    for feed, label, fact, every, since in FEEDS:
        await session.execute(
            """INSERT INTO bank.feeds (feed, label, label_zh, fact, shape, mapping, file_pattern, every, due_days,
                                         since)
               VALUES ($1, $2, '', $3, 'events', '{}', '', $4, 3, $5)""",
            feed, label, fact, every, since,
        )  # fmt: skip
    for number, name, origin, feed, day, size, status, dry_run, result, delivery, arrived in ARRIVALS:
        await session.execute(
            """INSERT INTO bank.arrivals (arrival, name, origin, feed, business_day, bytes, status, stage, terms,
                 outcome, delivery, arrived_by, arrived_at, finished_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, '', jsonb_build_object('dry_run', $8::boolean),
                 CASE WHEN $9::text IS NOT NULL THEN jsonb_build_object('status', $9::text) END, $10, $3,
                 $11::timestamptz, CASE WHEN $9::text IS NOT NULL THEN $11::timestamptz END)""",
            number, name, origin, feed, day, size, status, dry_run, result, delivery, at(arrived),
        )  # fmt: skip


async def _entries(session: BankSession) -> None:
    for number, fact, day, reason, maker in ENTRIES:
        async with session.acting_as(maker) as making:
            await making.execute(
                """INSERT INTO bank.entries (entry, fact, business_day, rows, reason, status, made_by, made_at,
                     decision, reverses)
                   VALUES ($1, $2, $3, '[{"amount": "1.00"}]', $4, 'waiting', $5, now(), '', $6)""",
                number, fact, day, reason, maker, 900_001 if number == 900_004 else None,
            )  # fmt: skip
    decided = [(900_001, "approved", 900_004, ""), (900_002, "refused", None, "no"), (900_004, "approved", 900_004, "")]
    async with session.acting_as("chief") as second:
        for number, status, delivery, decision in decided:
            await second.execute(
                """UPDATE bank.entries SET status = $2, delivery = $3, decision = $4, decided_by = 'chief',
                                           decided_at = now() WHERE entry = $1""",
                number, status, delivery, decision,
            )  # fmt: skip
