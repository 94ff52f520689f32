"""`meritgraph inbox …`: what lies in a bank's inbox folder, and taking it in."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank
from service.commands.printing import show

if TYPE_CHECKING:
    from core.arrivals.inbox import Entry
    from core.session import Bank as BankRead
    from service.house import House

app = typer.Typer(help="See and take in a bank's inbox.", no_args_is_help=True, rich_markup_mode="markdown")
LYING = {"name": "Name", "bytes": "Bytes#", "feed": "Feed", "business_day": "Business day", "refusal": "Refused for"}
ARRIVED = {
    "arrival": "Arrival#",
    "name": "Name",
    "feed": "Feed",
    "business_day": "Business day",
    "status": "Status",
    "outcome": "Outcome",
    "delivery": "Delivery#",
}
STILL_SECONDS = 0.5


@app.command("list")
def list_inbox(
    bank: Bank,
    arrived: Annotated[bool, typer.Option("--arrived", help="The last 50 files that were taken instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """What lies in the inbox, and what would become of it. Example: `meritgraph inbox list --bank north`"""
    if arrived:
        show(at_work(lambda house: _arrived(house, bank, None)), ARRIVED, as_json=as_json)
    else:
        show(at_work(lambda house: _lying(house, bank)), LYING, as_json=as_json)


@app.command()
def scan(
    bank: Bank,
    person: As,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take in what lies there now, without waiting for a worker; what still grows is left.

    Example: `meritgraph inbox scan --bank north --as steward`
    """
    if dry_run:
        show(at_work(lambda house: _lying(house, bank)), LYING, as_json=as_json)
    else:
        show(at_work(lambda house: _scan(house, bank, person)), ARRIVED, as_json=as_json)


async def _lying(house: "House", code: str) -> list[dict[str, Any]]:
    from core.arrivals.names import plain
    from core.arrivals.take import prospect
    from core.feeds.store import feeds
    from core.indicators.workshop import aside

    bank = await find_bank(house, code)
    async with reading(house, bank) as session:
        known = await feeds(session)
    rows = []
    for entry in await aside(house.inbox.look, bank.code):
        found = await prospect(house.inbox, bank.code, entry, known)
        refusal = (found.refusal or {}).get("message")
        told = {"feed": found.feed, "business_day": found.business_day, "refusal": refusal}
        rows.append({"name": plain(entry.name), "bytes": entry.bytes, **told})
    return rows


async def _scan(house: "House", code: str, person: str) -> list[dict[str, Any]]:
    from service.inbox import take_all
    from service.works import clerk_of

    bank = await find_bank(house, code)
    async with acting(house, bank, person, "delivery:import"):
        pass
    numbers = await take_all(house, bank, await _still(house, bank), person)
    clerk = clerk_of(house)
    while any(row["status"] in ("waiting", "working") for row in await _arrived(house, code, numbers)):
        if not await clerk.drain(bank):
            await asyncio.sleep(STILL_SECONDS)
    return await _arrived(house, code, numbers)


async def _still(house: "House", bank: "BankRead") -> "list[Entry]":
    """What is the same at two looks."""
    from core.indicators.workshop import aside

    before = await aside(house.inbox.look, bank.code)
    await asyncio.sleep(STILL_SECONDS)
    after = await aside(house.inbox.look, bank.code)
    return [entry for entry in after if entry in before]


async def _arrived(house: "House", code: str, numbers: list[int] | None) -> list[dict[str, Any]]:
    """These arrivals, or the last 50."""
    async with reading(house, await find_bank(house, code)) as session:
        found = await session.rows(
            """SELECT arrival, name, feed, business_day, status, delivery,
                      coalesce(outcome ->> 'message', outcome ->> 'status') AS outcome
               FROM bank.arrivals WHERE $1::bigint[] IS NULL OR arrival = ANY($1) ORDER BY arrival DESC LIMIT $2""",
            numbers,
            50 if numbers is None else max(len(numbers), 1),
        )
    return [dict(row) for row in reversed(found)]
