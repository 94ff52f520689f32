"""Looking at a bank's facts before they are assessed: all of one moment, first the database, then the engine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from core.facts.snapshot import Snapshot
from core.feeds.store import feeds
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine
from core.periods import Period
from core.readiness.expected import Came, Judged, expected_files, judge
from core.readiness.readiness import DueFile, Readiness, Reason
from core.readiness.reconcile import Reconciled, has_totals, reconcile, tolerance_in_minor
from core.session import BankSession
from core.settings.settings import BankSettings, Gate
from core.settings.store import bank_settings


@dataclass(frozen=True)
class Seen:
    """What the database says at one moment; the ledger is held against the balances afterwards."""

    period: Period
    today: date
    files: Judged
    settings: BankSettings
    has_totals: bool
    digits: int
    balances_since: date | None = None
    """The first day that a delivery of balances in force tells about; None without any."""


async def look(session: BankSession, period: Period, facts: Snapshot, today: date | None = None) -> Seen:
    """Read feeds, deliveries and settings. `session` is the frozen one in which `facts` was read.

    `today`: in the bank's time zone; unless told the day of the moment that the session sees.
    """
    if today is None:
        found = await session.row("SELECT (now() AT TIME ZONE $1)::date AS today", session.bank.time_zone)
        assert found is not None
        today = found["today"]
    files = expected_files(await feeds(session), period, today)
    return Seen(
        period=period,
        today=today,
        files=judge(files, await _came(session, files), today),
        settings=await bank_settings(session),
        has_totals=has_totals(facts, period),
        digits=session.bank.digits,
        balances_since=await _balances_since(session),
    )


async def _balances_since(session: BankSession) -> date | None:
    found = await session.row(
        """SELECT min(coalesce(first_day, business_day)) AS first FROM bank.deliveries
           WHERE fact = 'balances' AND status = 'accepted'"""
    )
    return found["first"] if found else None


async def _came(session: BankSession, files: Collection[DueFile]) -> Came:
    """When each of these files came first, one statement for all of them.

    A later delivery of the same day takes an earlier one's place; it was in time if the first was.
    """
    wanted = sorted({(file.fact, file.shape, file.day) for file in files})
    if not wanted:
        return {}
    found = await session.rows(
        """SELECT d.fact, d.shape, d.business_day, (min(d.delivered_at) AT TIME ZONE $4)::date AS came
           FROM unnest($1::text[], $2::text[], $3::date[]) AS wanted (fact, shape, business_day)
           JOIN bank.deliveries d USING (fact, shape, business_day)
           WHERE d.status IN ('accepted', 'superseded')
           GROUP BY d.fact, d.shape, d.business_day HAVING bool_or(d.status = 'accepted')""",
        [fact for fact, _, _ in wanted],
        [shape for _, shape, _ in wanted],
        [day for _, _, day in wanted],
        session.bank.time_zone,
    )
    return {(row["fact"], row["shape"], row["business_day"]): row["came"] for row in found}


def weigh(seen: Seen, engine: Engine, facts: BoundFacts, despite: Collection[Reason] = ()) -> Readiness:
    """What was seen, with the ledger's totals held against the balances of the same moment. Blocking.

    `despite`: reasons that somebody overruled; they are found, and stop nothing. Without totals no file is read.
    """
    ledger = Reconciled()
    if seen.has_totals:
        tolerance = tolerance_in_minor(seen.settings.ledger_tolerance, seen.digits)
        ledger = reconcile(engine, facts, seen.period, tolerance, seen.balances_since)
    found = Readiness(
        period=seen.period,
        today=seen.today,
        missing=seen.files.missing,
        late=seen.files.late,
        waiting=seen.files.waiting,
        ledger_days=ledger.days,
        differences=ledger.differences,
        unreconciled=ledger.unreconciled,
    )
    return found.stopped_by(_stopping(found.counts, seen.settings, despite))


def _stopping(found: Collection[Reason], settings: BankSettings, despite: Collection[Reason]) -> tuple[Reason, ...]:
    gates = {
        Reason.LATE: settings.late,
        Reason.MISSING: settings.missing,
        Reason.OUT_OF_BALANCE: settings.out_of_balance,
    }
    return tuple(sorted(reason for reason in found if gates[reason] is Gate.STOP and reason not in despite))
