"""Asking for a run: checked, written down and queued in one transaction."""

import uuid
from collections.abc import Collection
from datetime import date

from core.audit.store import record
from core.jobs.store import enqueue
from core.periods import Period, check_begun
from core.plugins.host import Catalogue
from core.runs.gate import read_despite
from core.runs.table import RunRow
from core.schemes.scheme import read_scheme
from core.schemes.store import approved_scheme
from core.session import BankSession

JOB = "run"


async def start_run(
    session: BankSession,
    catalogue: Catalogue,
    scheme: str,
    period: Period,
    *,
    version: int | None = None,
    despite: Collection[str] = (),
    today: date,
    run: str | None = None,
) -> str:
    """Queue an assessment of `period` by the approved version of `scheme` (the newest, if none is named).

    Gives the run's id. PERIOD_IN_FUTURE when the period has not begun; NotFound for a scheme that is not approved;
    SchemeInvalid when the bank no longer enables what the scheme measures. `today`: in the bank's time zone.
    `despite`: reasons of `core.readiness` (missing, late, out_of_balance) that shall not stop it; whether the person
    may overrule them (run:override) is asked before. DESPITE_INVALID for another word. `run`: the id it gets, if
    that must be the same wherever it is made; one that exists is refused by the database.
    """
    overruled = [reason.value for reason in read_despite(despite)]
    check_begun(period, today)
    number, body = await approved_scheme(session, scheme, version)
    read_scheme(body, catalogue.indicators, catalogue.point_rules, session.bank.digits)
    run = run or str(uuid.uuid4())
    session.orm.add(
        RunRow(
            run=run,
            scheme=scheme,
            version=number,
            period=str(period),
            despite=overruled,
            requested_by=session.person,
        )
    )
    await session.orm.flush()
    await enqueue(session, JOB, run)
    await record(session, "run:start", run, scheme=scheme, version=number, period=str(period), despite=overruled)
    return run
