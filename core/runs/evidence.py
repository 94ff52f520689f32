"""The evidence of lines: the same rows that were folded, unfolded, for managers and indicators of a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ibis
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import NotFound
from core.facts.store import FactStore
from core.indicators.bound_facts import BoundFacts
from core.indicators.engine import Engine
from core.indicators.workshop import Workshop, aside
from core.plugins.host import Catalogue, Host
from core.runs.evidence_page import EvidenceAsked, EvidencePage, read_page
from core.runs.evidence_plan import EvidencePlan, EvidencePlans, make_plan
from core.runs.freeze import thaw
from core.runs.inputs import Inputs
from core.runs.perform import Open
from core.schemes.scheme import Scheme, read_scheme
from core.session import Bank


async def evidence(
    open_bank: Open,
    host: Host,
    store: FactStore,
    workshop: Workshop,
    plans: EvidencePlans,
    run: str,
    asked: Sequence[EvidenceAsked],
) -> list[EvidencePage | Exception]:
    """Pages of rows behind lines of one run, from its frozen inputs, in one engine session. Whether the caller may see
    them is asked before.

    In the order asked; in place of a page, why there is none: InputError INDICATOR_NOT_IN_RUN, Conflict NO_EVIDENCE
    for a derived indicator (look at its parts), or what its plugin failed with. One line's failure is not another's.

    NotFound for a run that is missing, incomplete or another bank's.
    """
    async with open_bank(read_only=True) as session:
        row = await session.row(
            """SELECT inputs::text AS inputs, versions::text AS versions FROM bank.runs
               WHERE run = $1 AND status = 'complete'""",
            run,
        )
    if row is None:
        raise NotFound(f"There is no run {run[:50]!r}.", run=run[:50])
    catalogue = host.catalogue(c for c in orjson.loads(row["versions"])["plugins"] if c in host.plugins)
    inputs = Inputs.of(orjson.loads(row["inputs"]))
    bank = open_bank.bank
    async with workshop.engine(store.folder(bank.code)) as engine:
        return await aside(_pages, _Desk(engine, store, bank, run, inputs, catalogue, plans), asked)


@dataclass(frozen=True)
class _Desk:
    """One engine session over what a run froze; nothing is bound or read before it is needed, and each once."""

    engine: Engine
    store: FactStore
    bank: Bank
    run: str
    inputs: Inputs
    catalogue: Catalogue
    plans: EvidencePlans = field(repr=False)

    @cached_property
    def facts(self) -> BoundFacts:
        tables = self.catalogue.fact_tables
        return BoundFacts(
            self.engine, self.store, self.bank.code, self.inputs.facts, tables, self.inputs.period, keep=False
        )

    @cached_property
    def scheme(self) -> Scheme:
        body = orjson.loads(thaw(self.store, self.bank.code, self.inputs.frozen["scheme"])["body"][0].as_py())
        return read_scheme(body, self.catalogue.indicators, self.catalogue.point_rules, self.bank.digits)

    def keep_shares(self, managers: set[str]) -> Any:
        """As the table `shares`: of these managers only."""
        shares = thaw(self.store, self.bank.code, self.inputs.frozen["shares"])
        theirs = shares.filter(pc.is_in(shares["manager"], pa.array(sorted(managers), pa.string())))
        return self.engine.keep("shares", ibis.memtable(theirs).filter(ibis.literal(True)))

    def plan(self, shares: Any, indicator: str) -> EvidencePlan:
        key = (self.bank.code, self.run, indicator)
        plan = self.plans.find(key)
        if plan is None:
            plan = make_plan(
                self.engine, self.facts, shares, self.bank, self.inputs, self.scheme, self.catalogue, indicator
            )
            self.plans.keep(key, plan)
        self.engine.repeat(plan.steps or ())
        return plan


def _pages(desk: _Desk, asked: Sequence[EvidenceAsked]) -> list[EvidencePage | Exception]:
    shares = desk.keep_shares({one.manager for one in asked})
    pages: list[EvidencePage | Exception] = []
    for one in asked:
        try:
            pages.append(read_page(desk.engine, desk.plan(shares, one.indicator), one))
        except Exception as error:
            if desk.engine.is_closed:  # nobody waits any more
                raise
            pages.append(error)
    return pages
