"""Handing in a demonstration bank's files through the front door: written to disk, mapped, checked, accepted."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date
from pathlib import Path

from core.errors import FileRefused
from core.facts.deliveries import deliver
from core.facts.terms import Terms
from core.plugins.host import Catalogue
from core.session import Bank
from service.commands.desk import acting, reading
from service.demo.facts import SentFile
from service.demo.files import load_mapping, write_file
from service.demo.plan import TODAY
from service.house import House

STEWARD = "steward"
Known = Collection[tuple[str, date, str]]
"""Fact, business day and name of files that came before."""


async def deliver_files(
    house: House, bank: Bank, catalogue: Catalogue, files: Sequence[SentFile]
) -> AsyncIterator[SentFile]:
    """Deliver every file in order that has not come before; yields each. FileRefused at the first that is refused."""
    known = await _known(house, bank)
    for sent in files:
        if (sent.fact, sent.business_day, sent.name) not in known:
            await _deliver(house, bank, catalogue, sent)
        yield sent


async def _known(house: House, bank: Bank) -> Known:
    async with reading(house, bank) as session:
        rows = await session.rows("SELECT fact, business_day, source FROM bank.deliveries WHERE status <> 'refused'")
    return {(row["fact"], row["business_day"], row["source"]) for row in rows}


async def _deliver(house: House, bank: Bank, catalogue: Catalogue, sent: SentFile) -> None:
    path = folder_of(house, bank) / sent.name
    mapping = load_mapping(bank.code, sent.fact, sent.shape)
    await asyncio.to_thread(write_file, path, catalogue.fact_tables[sent.fact], mapping, sent.rows)
    rights = ("delivery:import", "delivery:correct") if sent.correction else ("delivery:import",)
    report = await deliver(
        lambda: acting(house, bank, STEWARD, *rights),
        house.store,
        catalogue.fact_tables,
        path,
        mapping,
        sent.business_day,
        today=TODAY,
        terms=Terms(correction=sent.correction),
    )
    if report.status == "refused":
        raise FileRefused(f"{path.name} was refused: {len(report.findings)} findings.", findings=report.findings)


def folder_of(house: House, bank: Bank) -> Path:
    """Where the bank's systems leave their files."""
    return house.settings.state.resolve() / "demo" / bank.code
