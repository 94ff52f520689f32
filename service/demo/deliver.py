"""Handing in a demonstration bank's files through the front door: written to disk, mapped, checked, accepted."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from core.errors import FileRefused
from core.facts.deliveries import deliver
from core.facts.fact_table import FactTable
from core.plugins.host import Catalogue
from core.session import Bank
from service.commands.desk import acting
from service.demo.facts import SentFile
from service.demo.files import load_mapping, write_file
from service.demo.plan import TODAY
from service.house import House

STEWARD = "steward"


async def deliver_files(
    house: House, bank: Bank, catalogue: Catalogue, files: list[SentFile]
) -> AsyncIterator[SentFile]:
    """Deliver every file in order; yields each that is in force. FileRefused at the first that is not."""
    folder = house.settings.state.resolve() / "demo" / bank.code
    for sent in files:
        await _deliver(house, bank, catalogue.fact_tables, folder / sent.name, sent)
        yield sent


async def _deliver(house: House, bank: Bank, tables: Mapping[str, FactTable], path: Path, sent: SentFile) -> None:
    mapping = load_mapping(bank.code, sent.fact)
    await asyncio.to_thread(write_file, path, tables[sent.fact], mapping, sent.rows)
    report = await deliver(
        lambda: acting(house, bank, STEWARD, "delivery:import"),
        house.store,
        tables,
        path,
        mapping,
        sent.business_day,
        today=TODAY,
    )
    if report.status == "refused":
        raise FileRefused(f"{path.name} was refused: {len(report.findings)} findings.", findings=report.findings)
