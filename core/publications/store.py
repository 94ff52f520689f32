"""Making a run's results the bank's word on its period, and which periods that has closed."""

from datetime import date

import asyncpg

from core.audit.store import record
from core.errors import Conflict, Forbidden, InputError, NotFound
from core.periods import Period
from core.session import BankSession


async def publish_run(session: BankSession, run: str) -> None:
    """Publish a complete run. Of one scheme and period the newest publication is in force.

    NotFound; Forbidden FOUR_EYES for who asked for the run; Conflict RUN_NOT_COMPLETE, RUN_ALREADY_PUBLISHED.
    """
    found = await session.row(
        """SELECT r.status, r.requested_by, r.scheme, r.period,
                  EXISTS (SELECT 1 FROM bank.publications p WHERE p.run = r.run) AS published
           FROM bank.runs r WHERE r.run = $1 FOR NO KEY UPDATE OF r""",
        run,
    )
    if found is None:
        raise NotFound("There is no such run.", run=run)
    if found["status"] != "complete":
        raise _not_complete(run)
    if found["requested_by"] == session.person:
        raise _four_eyes(run)
    if found["published"]:
        raise _already(run)
    try:
        await session.execute(
            "INSERT INTO bank.publications (run, published_by, published_at) VALUES ($1, $2, now())",
            run,
            session.person,
        )
    except asyncpg.PostgresError as error:
        raise _refusals(run).get(error.sqlstate or "", error) from error
    await record(session, "run:publish", run, scheme=found["scheme"], period=found["period"])


def _not_complete(run: str) -> Conflict:
    return Conflict("Only a complete run can be published.", code="RUN_NOT_COMPLETE", run=run)


def _four_eyes(run: str) -> Forbidden:
    return Forbidden("Nobody publishes a run he asked for: ask a second person.", code="FOUR_EYES", run=run)


def _already(run: str) -> Conflict:
    return Conflict("This run is published already.", code="RUN_ALREADY_PUBLISHED", run=run)


def _refusals(run: str) -> dict[str, Exception]:
    """What the database itself refuses, by SQLSTATE."""
    return {"MG005": _not_complete(run), "MG006": _four_eyes(run), "23505": _already(run)}


async def closed_through(session: BankSession) -> date | None:
    """The last day of the latest period that has a published run; None where nothing was ever published."""
    rows = await session.rows("SELECT DISTINCT r.period FROM bank.publications p JOIN bank.runs r ON r.run = p.run")
    return max((Period.parse(row["period"]).last for row in rows), default=None)


async def reached_back(session: BankSession, first: date) -> date | None:
    """The last closed day where a change from `first` on reaches so far back, else None."""
    closed = await closed_through(session)
    return None if closed is None or first > closed else closed


async def check_open(session: BankSession, first: date, reason: str, *, what: str) -> date | None:
    """InputError PERIOD_CLOSED where a change from `first` on reaches into closed days and nobody says why.

    Gives the last closed day where the change reaches so far back, else None. `what`: "Shares", "Targets".
    """
    closed = await reached_back(session, first)
    if closed is not None and not reason.strip():
        raise InputError(
            f"{what} of days up to {closed} stand behind published results: give a `reason` to change them.",
            code="PERIOD_CLOSED",
            closed=str(closed),
        )
    return closed
