"""A bank for runs end to end: people, shares, targets, deliveries and an approved scheme."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import asyncpg

from core.facts.deliveries import deliver
from core.facts.mapping import DeliveryMapping
from core.facts.store import FactStore
from core.indicators.workshop import Workshop
from core.periods import Period
from core.plugins.host import Host
from core.plugins.store import catalogue
from core.runs.evidence import evidence
from core.runs.evidence_page import EvidenceAsked, EvidencePage
from core.runs.evidence_plan import EvidencePlans
from core.runs.perform import perform
from core.runs.start import start_run
from core.session import BankSession
from tenants.binding import Opener

QUARTER = Period.parse("2026-Q3")
TODAY = date(2026, 10, 20)
JANUARY = date(2026, 1, 1)
FILES = {
    "accounts": (
        "account,customer,kind,category\na1,c1,deposit,corporate\na2,c2,deposit,savings\na3,c1,loan,corporate\n"
    ),
    # c1 keeps 1,000.00 from June on; c2 puts in 920.00 on 1 August.
    "balances": ("account,day,amount\na1,2026-06-01,1000.00\na2,2026-08-01,920.00\na3,2026-06-01,-5000.00\n"),
    "fees": (
        "fee,customer,day,kind,amount\n"
        "f1,c1,2026-07-15,card,30.00\nf2,c2,2026-08-20,card,10.01\nf3,c1,2026-10-01,card,9\n"
    ),
    "loans": (
        "loan,customer,granted_on,amount,classification\n"
        "l1,c1,2026-07-02,4000.00,normal\nl2,c1,2025-01-05,1000.00,loss\nl3,c2,2026-11-01,7.00,loss\n"
    ),
}
COLUMNS = {
    "accounts": ("account", "customer", "kind", "category"),
    "balances": ("account", "day"),
    "fees": ("fee", "customer", "day", "kind", "amount"),
    "ledger_totals": ("day", "kind", "category", "balance"),
    "loans": ("loan", "customer", "granted_on", "amount", "classification"),
}
SCHEME = {
    "code": "test",
    "labels": {"en": "Test", "zh": "测试"},
    "base_total": "100",
    "sections": [
        {
            "code": "main",
            "labels": {"en": "Main", "zh": "主要"},
            "lines": [
                {"indicator": "deposits.daily_average", "base": "60", "rule": "points_proportional"},
                {"indicator": "intermediate_income.total", "base": "40", "rule": "points_proportional"},
            ],
        }
    ],
    "measures": ["deposits.daily_average_increment", "deposits.period_end_balance", "loans.granted", "risk.npl_ratio"],
    "pay": {"pool": "100.00"},
}


class Held:
    """A lease nobody takes away."""

    async def hold(self, session: BankSession) -> None:
        assert await session.row("SELECT 1") is not None


class Lost:
    """A lease that another worker has taken over."""

    async def hold(self, session: BankSession) -> None:
        raise RuntimeError("lost the job to another worker")


@dataclass(frozen=True)
class Place:
    """A bank with people, shares, targets, deliveries and an approved scheme."""

    open: Opener
    host: Host
    store: FactStore
    workshop: Workshop
    folder: Path

    async def deliver(self, fact: str, text: str, day: date = date(2026, 11, 30)) -> str:
        source = self.folder / f"{fact}.csv"
        source.write_text(text)
        columns: dict[str, object] = {name: name for name in COLUMNS[fact]}
        if fact == "balances":
            columns["balance"] = "amount"
        mapping = {"fact": fact, "dates": "%Y-%m-%d", "currency": "CNY", "columns": columns}
        if fact == "balances":
            mapping["shape"] = "transactions"
        async with self.open() as session:
            tables = (await catalogue(session, self.host)).fact_tables
        report = await deliver(
            self.open, self.store, tables, source, DeliveryMapping.model_validate(mapping), day, today=date(2026, 12, 1)
        )
        assert report.findings == (), report.findings
        return report.status

    def without(self, *plugins: str) -> "Place":
        """The same bank on an installation that lacks these plugins."""
        left = {c: (p.module, p.version) for c, p in self.host.plugins.items() if c not in plugins}
        return Place(self.open, Host(left), self.store, self.workshop, self.folder)

    async def run(self, period: Period = QUARTER, lease: object = None) -> str:
        async with self.open() as session:
            run = await start_run(session, await catalogue(session, self.host), "test", period, today=TODAY)
        await perform(self.open, self.host, self.store, self.workshop, run, lease=lease or Held())  # type: ignore[arg-type]
        return run

    async def pages(
        self, run: str, *asked: EvidenceAsked, plans: EvidencePlans | None = None
    ) -> list[EvidencePage | Exception]:
        """Evidence of several lines, read together."""
        known = EvidencePlans() if plans is None else plans
        return await evidence(self.open, self.host, self.store, self.workshop, known, run, asked)

    async def page(self, run: str, asked: EvidenceAsked, plans: EvidencePlans | None = None) -> EvidencePage:
        """Evidence of one line; raises what stands in its place."""
        (found,) = await self.pages(run, asked, plans=plans)
        if isinstance(found, Exception):
            raise found
        return found

    async def row(self, run: str) -> asyncpg.Record:
        async with self.open() as session:
            found = await session.row("SELECT * FROM bank.runs WHERE run = $1", run)
        assert found is not None
        return found

    async def values(self, run: str) -> dict[tuple[str, str], str | None]:
        """(indicator, manager) → value with 6 decimals; unattributed under "-"."""
        async with self.open() as session:
            rows = await session.rows("SELECT * FROM bank.run_values WHERE run = $1 AND owner <> 'bank'", run)
        return {
            (row["indicator"], row["manager"] or "-"): None
            if row["not_applicable"] or not row["denominator"]
            else str((row["numerator"] / row["denominator"]).quantize(Decimal("0.000001")))
            for row in rows
        }
