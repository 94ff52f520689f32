"""`meritgraph trail`: the audit trail (审计记录): who did what to which thing, when."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from service.commands.desk import at_work, find_bank, reading
from service.commands.options import AsJson, Bank
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from service.house import House

COLUMNS = {
    "number": "Record#",
    "at": "At",
    "person": "Person",
    "action": "Action",
    "subject": "Subject",
    "detail": "Detail",
}
Day = typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="From this day on, such as 2026-09-30.")


def trail(
    bank: Bank,
    person: Annotated[str | None, typer.Option(help="Only what this person did.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action, such as run:start.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only what was done to this: a run, a delivery's number.")] = None,
    since: Annotated[datetime | None, Day] = None,
    first: Annotated[int, typer.Option(help="How many at most.", min=1, max=100_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List who did what to which thing, newest first; days and times are the bank's.

    Example: `meritgraph trail --bank north --action run:start --since 2026-09-30`
    """

    async def work(house: "House") -> list[dict[str, Any]]:
        from core.audit.read import Sought, newest

        found = await find_bank(house, bank)
        zone = ZoneInfo(found.time_zone)
        moment = None if since is None else since.replace(tzinfo=zone)
        async with reading(house, found) as session:
            records = await newest(session, Sought(person, action, subject, moment), first)
        return [asdict(one) | {"at": one.at.astimezone(zone)} for one in records]

    found = at_work(work)
    if as_json:
        import orjson

        show_json([one | {"detail": orjson.loads(one["detail"])} for one in found])
    else:
        show([one | {"at": f"{one['at']:%Y-%m-%d %H:%M:%S}"} for one in found], COLUMNS, as_json=False)
