"""What happened at the demonstration's north bank after its history: a correction, a late file, an entry by hand."""

from datetime import date

from core.entries.delivering import Desk
from core.entries.entry import NewEntry
from core.entries.store import approve_entry, make_entry
from core.plugins.host import Catalogue
from core.plugins.store import catalogue
from core.session import Bank
from service.commands.desk import acting, reading
from service.demo.deliver import STEWARD, deliver_files
from service.demo.facts import SentFile, corrected_file, inbox_files
from service.demo.files import load_mapping, write_file
from service.demo.invention import Invention
from service.demo.plan import TODAY
from service.demo.stories import ENTRY_DAY, ENTRY_REASON, STORIES
from service.house import House
from service.inbox import take_all
from service.works import clerk_of
from tenants.callers import load_caller, require


async def happen(house: House, bank: Bank, known: Catalogue, invented: Invention) -> None:
    """Each once: what has happened already does not happen again."""
    async for _ in deliver_files(house, bank, known, [corrected_file(invented, known)]):
        pass
    for sent in inbox_files(invented, known):
        await _send(house, bank, known, sent)
    await _enter_by_hand(house, bank, invented)


async def _send(house: House, bank: Bank, known: Catalogue, sent: SentFile) -> None:
    """Through the inbox folder, as its sender would: written elsewhere, moved in whole."""
    async with reading(house, bank) as session:
        if await session.row("SELECT 1 FROM bank.arrivals WHERE name = $1 LIMIT 1", sent.name):
            return
    house.inbox.look(bank.code)  # makes the folder
    path = house.settings.inbox_folder / bank.code / f".{sent.name}"
    write_file(path, known.fact_tables[sent.fact], load_mapping(bank.code, sent.fact), sent.rows)
    path.rename(path.with_name(sent.name))
    await take_all(house, bank, [house.inbox.entry(bank.code, sent.name)], STEWARD)
    await clerk_of(house).drain(bank)


async def _enter_by_hand(house: House, bank: Bank, invented: Invention) -> None:
    """The steward enters what the court paid in; the risk officer approves."""
    async with reading(house, bank) as session:
        if await session.row("SELECT 1 FROM bank.entries LIMIT 1"):
            return
        desk = Desk(house.store, (await catalogue(session, house.host)).deliverables, TODAY)
    row = {"recovery": "HAND-0001", "day": str(ENTRY_DAY), "kind": "non_performing", "amount": "180000.00"}
    entry = NewEntry("recoveries", ENTRY_DAY, ENTRY_REASON, [row | _debtor(invented, ENTRY_DAY)])
    async with acting(house, bank, STEWARD, "entry:make") as session:
        number = await make_entry(session, desk, entry)
    async with acting(house, bank, "risk", "entry:approve") as session:
        caller = await load_caller(session, await catalogue(session, house.host))
        await approve_entry(session, desk, number, check_may_correct=lambda: require(caller, "delivery:correct"))


def _debtor(invented: Invention, day: date) -> dict[str, str]:
    """The first company of the overdue wave, with its loan."""
    wave = STORIES[invented.plan.code].wave
    assert wave is not None
    struck = {client.customer for client in invented.clients if client.branch == wave.branch}
    listed = invented.facts["loans@2026-06-30"]
    loan = next(row for row in listed if row[1] in struck and row[6] == "substandard")
    return {"customer": loan[1], "loan": loan[0]}
