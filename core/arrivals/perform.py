"""One arrival, as the worker does it: taken in, its file moved to done/ or refused/, told. Exactly once, whoever dies.

Two commits. The first holds the delivery and the outcome together; after it the file is moved, which may be done again
and again; the second says that all is done. A worker that takes over in between finds the outcome and only moves.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from core.arrivals.inbox import DONE, REFUSED, Inbox
from core.arrivals.progress import StageTeller
from core.arrivals.store import ArrivalRead, arrivals_by_number, end, tell_outcome
from core.arrivals.terms import make_terms
from core.audit.store import record
from core.errors import Conflict, InputError, MeritgraphError, NotFound, Unavailable
from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.mapping import parse_mapping
from core.facts.read import set_aside_of
from core.facts.store import FactStore
from core.indicators.workshop import aside
from core.plugins.host import Host
from core.plugins.store import catalogue
from core.runs.perform import Lease, Open
from core.session import BankSession

SHOWN = 100
"""How many findings an outcome holds; all that are kept stand with the delivery and in the report file."""


@dataclass(frozen=True)
class Means:
    """What arrivals are taken in with. `memory`: limit of one engine session."""

    host: Host
    store: FactStore
    inbox: Inbox
    memory: str


async def load(open_bank: Open, number: int) -> ArrivalRead:
    """The arrival; NotFound."""
    async with open_bank(read_only=True) as session:
        found = (await arrivals_by_number(session, [number])).get(number)
    if found is None:
        raise NotFound("There is no such arrival.")
    return found


async def perform(open_bank: Open, means: Means, arrival: ArrivalRead, *, today: date, lease: Lease) -> None:
    """Do what is left to do. Bad files end as refused; `open_bank` acts as who handed it in."""
    if arrival.finished_at is not None:
        return
    if arrival.outcome is None:
        try:
            await _taken_in(open_bank, means, arrival, today, lease)
        except Unavailable:
            raise
        except MeritgraphError as error:
            await decide(open_bank, arrival, error, lease)
    await finish(open_bank, means, arrival.number, lease)


async def decide(open_bank: Open, arrival: ArrivalRead, error: MeritgraphError, lease: Lease) -> None:
    """It is refused for this, unless an outcome stands already."""
    outcome = {"status": "refused", "code": error.code, "message": error.message}
    async with open_bank() as session:
        now = (await arrivals_by_number(session, [arrival.number]))[arrival.number]
        if now.outcome is None:
            await tell_outcome(session, arrival.number, outcome, None)
            await record(session, "arrival:refuse", str(arrival.number), code=error.code)
        await lease.hold(session)


async def finish(open_bank: Open, means: Means, number: int, lease: Lease) -> None:
    """Move the file to where the outcome says, then say that all is done."""
    arrival = await load(open_bank, number)
    outcome = arrival.outcome or {}
    bank = open_bank.bank.code
    is_refused = outcome.get("status") == "refused"
    if arrival.is_dry_run:
        await aside(means.inbox.drop, bank, arrival.slot)
    else:
        reports = _reports(arrival, outcome, await _aside_file(open_bank, means.store, arrival))
        where = REFUSED if is_refused else DONE
        try:
            await aside(means.inbox.settle, bank, arrival.slot, where, number, reports)
        except (Conflict, OSError) as error:  # what became of the facts is decided; the file stays where it is
            async with open_bank() as session:
                await record(session, "arrival:leave", str(number), reason=str(error))
    async with open_bank() as session:
        await end(session, number, "refused" if is_refused else "done")
        await lease.hold(session)


async def _aside_file(open_bank: Open, store: FactStore, arrival: ArrivalRead) -> Path | None:
    if arrival.delivery is None:
        return None
    async with open_bank(read_only=True) as session:
        sha256 = await set_aside_of(session, arrival.delivery)
    return None if sha256 is None else store.path(open_bank.bank.code, sha256, ".csv")


async def _taken_in(open_bank: Open, means: Means, arrival: ArrivalRead, today: date, lease: Lease) -> None:
    refused = arrival.terms.get("refused")
    if refused is not None:
        raise InputError(refused["message"], code=refused["code"])
    terms = make_terms(arrival.terms)
    if terms.mapping is None or arrival.business_day is None:
        raise LookupError("an arrival without mapping or business day")
    source = await aside(means.inbox.taken, open_bank.bank.code, arrival.slot, arrival.name)
    teller = StageTeller(open_bank, arrival.number)
    async with open_bank() as session:
        tables = (await catalogue(session, means.host)).deliverables
        try:
            report = await deliver(
                lambda: _same(session),
                means.store,
                tables,
                source,
                parse_mapping(terms.mapping),
                arrival.business_day,
                today=today,
                dry_run=terms.dry_run,
                terms=terms.of_delivery,
                progress=teller,
                memory=means.memory,
            )
        finally:
            await teller.settled()
        await tell_outcome(session, arrival.number, outcome_of(report), report.delivery)
        await lease.hold(session)


@asynccontextmanager
async def _same(session: BankSession) -> AsyncIterator[BankSession]:
    """The delivery's own transaction is ours: it commits with the outcome or not at all."""
    yield session


def outcome_of(report: DeliveryReport) -> dict[str, Any]:
    """The report as it is kept with the arrival."""
    told = asdict(report)
    told["findings"] = told["findings"][:SHOWN]
    told["seconds"] = round(report.seconds, 3)
    loaded: dict[str, Any] = orjson.loads(orjson.dumps(told, default=str))
    return loaded


def _reports(told: ArrivalRead, outcome: dict[str, Any], aside_file: Path | None) -> dict[str, bytes | Path]:
    """What is laid beside the file: the report, and the rows that were set aside."""
    report = {
        "arrival": told.number,
        "name": told.name,
        "feed": told.feed,
        "business_day": told.business_day,
        "arrived_at": told.arrived_at,
        "arrived_by": told.arrived_by,
        **outcome,
    }
    written = orjson.dumps(report, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return {".report.json": written} if aside_file is None else {".report.json": written, ".set-aside.csv": aside_file}
