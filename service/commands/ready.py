"""`meritgraph ready`: whether the facts of a period are ready to be assessed."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.desk import OPERATOR, at_work, find_bank
from service.commands.options import AsJson, Bank
from service.commands.printing import show, show_json

if TYPE_CHECKING:
    from core.readiness.readiness import DueFile, Readiness
    from core.session import Bank as BankOf
    from service.house import House

FILES = {"state": "State", "feed": "Feed", "fact": "Fact", "day": "Business day", "due": "Due", "accepted": "Accepted"}
LEDGER = {
    "day": "Business day",
    "kind": "Kind",
    "category": "Category",
    "ledger": "Ledger#",
    "balances": "Balances#",
    "difference": "Difference#",
}


def ready(
    bank: Bank,
    period: Annotated[str, typer.Option(help="2026-09, 2026-Q3, 2026-H1 or 2026.")],
    as_json: AsJson = False,
) -> None:
    """Say which files are missing, late or awaited and which ledger totals are out of balance; exit code 1 if a run
    would stop.

    Example: `meritgraph ready --bank north --period 2026-Q3`
    """

    async def work(house: "House") -> "tuple[BankOf, Readiness]":
        from core.periods import Period
        from core.readiness.report import readiness

        asked, found = Period.parse(period), await find_bank(house, bank)
        opener = house.door.opener(found, OPERATOR)
        return found, await readiness(opener, house.host, house.store, house.workshop, asked)

    of, found = at_work(work)
    if as_json:
        show_json(_body(found, of))
    else:
        _tell(found, of)
    if found.stops:
        raise typer.Exit(1)


def _tell(found: "Readiness", bank: "BankOf") -> None:
    from core.readiness.findings import sentence

    if files := _files(found):
        show(files, FILES, as_json=False, title=f"Files of {found.period}, as of {found.today}")
    if found.differences:
        show(_differences(found, bank), LEDGER, as_json=False, title="Ledger totals out of balance")
    for one in found.unreconciled:
        typer.echo(f"{one.kind}, {one.category}: no ledger total on {one.days} of the days with totals")
    if found.stops:
        typer.echo(sentence(found))
    else:
        typer.echo(f"{found.period} is ready; {found.ledger_days} days with ledger totals.")


def _files(found: "Readiness") -> list[dict[str, Any]]:
    listed: list[tuple[str, DueFile]] = [("missing", file) for file in found.missing]
    listed += [("late", file) for file in found.late]
    listed += [("awaited", file) for file in found.waiting]
    return [{"state": state, **asdict(file)} for state, file in listed]


def _differences(found: "Readiness", bank: "BankOf") -> list[dict[str, Any]]:
    from core.numbers import scaled_text

    return [
        {
            "day": one.day,
            "kind": one.kind,
            "category": one.category,
            "ledger": scaled_text(one.ledger_minor, bank.digits),
            "balances": None if one.balances_minor is None else scaled_text(one.balances_minor, bank.digits),
            "difference": scaled_text(one.difference_minor, bank.digits),
        }
        for one in found.differences
    ]


def _body(found: "Readiness", bank: "BankOf") -> dict[str, Any]:
    return {
        "period": str(found.period),
        "today": found.today,
        "ready": not found.stops,
        "stops": [reason.value for reason in found.stops],
        "missing": [asdict(file) for file in found.missing],
        "late": [asdict(file) for file in found.late],
        "waiting": [asdict(file) for file in found.waiting],
        "ledger_days": found.ledger_days,
        "differences": _differences(found, bank),
        "unreconciled": [asdict(one) for one in found.unreconciled],
    }
