"""`meritgraph import`: a delivery of facts from a file."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import FileRefused, InputError
from service.commands.desk import acting, at_work, find_bank
from service.commands.options import As, AsJson, Bank, ExistingFile
from service.commands.printing import show_json

if TYPE_CHECKING:
    from core.facts.delivery_report import DeliveryReport
    from service.house import House

MappingFile = Annotated[
    Path, typer.Option(exists=True, dir_okay=False, readable=True, help="The YAML file that says how it is read.")
]
Day = Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="The business day the file is of.")]


def import_file(
    file: ExistingFile,
    bank: Bank,
    mapping: MappingFile,
    day: Day,
    person: As,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hand in a delivery: accepted whole or refused whole, with a report (exit code 3).

    Example: `meritgraph import balances.csv --bank north --mapping balances.yaml --day 2026-09-30 --as steward`
    """

    async def work(house: "House") -> "DeliveryReport":
        return await _deliver(house, file, bank, mapping, day, person, dry_run)

    report = at_work(work)
    _tell(report, as_json=as_json)


async def _deliver(
    house: "House", file: Path, bank: str, mapping: Path, day: datetime, person: str, dry_run: bool
) -> "DeliveryReport":
    from core.facts.deliveries import deliver
    from core.facts.mapping import parse_mapping
    from core.plugins.store import catalogue
    from service.commands.desk import reading
    from service.delivering import delivery_bar
    from tenants.callers import today_in

    try:
        read = parse_mapping(mapping.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{mapping} is not text in UTF-8.", code="FILE_UNREADABLE") from error
    found = await find_bank(house, bank)
    async with reading(house, found) as session:
        tables = (await catalogue(session, house.host)).fact_tables
    with delivery_bar(file.name) as progress:
        return await deliver(
            lambda: acting(house, found, person, "delivery:import"),
            house.store,
            tables,
            file,
            read,
            day.date(),
            today=today_in(found),
            dry_run=dry_run,
            progress=progress,
        )


def _tell(report: "DeliveryReport", *, as_json: bool) -> None:
    from core.facts.delivery_report import DeliveryReport

    assert isinstance(report, DeliveryReport)
    if as_json:
        show_json(_as_json(report))
    elif not report.findings:
        number = "" if report.delivery is None else f" as delivery {report.delivery}"
        typer.echo(f"{report.source}: {report.status}{number}, {report.rows:,} rows, {report.seconds:.1f} s")
    if report.findings:
        counted = ", ".join(f"{rule} × {count}" for rule, count in report.counts.items())
        verb = "would be refused" if report.status == "dry_run" else "was refused"
        raise FileRefused(f"{report.source} {verb}: {counted}.", findings=[] if as_json else report.findings)


def _as_json(report: "DeliveryReport") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(report)
