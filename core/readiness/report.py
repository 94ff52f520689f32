"""The readiness of a period, asked before any run: the same words a run would say."""

from datetime import date

from core.facts.snapshot import current
from core.facts.store import FactStore
from core.indicators.bound_facts import BoundFacts
from core.indicators.workshop import Workshop, aside
from core.periods import Period, check_begun
from core.plugins.host import Host
from core.plugins.store import catalogue
from core.readiness.look import look, weigh
from core.readiness.readiness import Readiness
from core.runs.perform import Open


async def readiness(
    open_bank: Open, host: Host, store: FactStore, workshop: Workshop, period: Period, *, today: date | None = None
) -> Readiness:
    """What a run of `period` would find missing, late or out of balance now. Writes nothing.

    PERIOD_IN_FUTURE when the period has not begun, as a run says.
    """
    async with open_bank(frozen=True, read_only=True) as session:
        offered = await catalogue(session, host)
        facts = (await current(session)).as_read(offered.fact_tables, period)
        seen = await look(session, period, facts, today)
    check_begun(period, seen.today)
    bank = open_bank.bank
    async with workshop.engine(store.folder(bank.code)) as engine:
        bound = BoundFacts(engine, store, bank.code, facts, offered.fact_tables, period, keep=False)
        return await aside(weigh, seen, engine, bound)
