"""`meritgraph import`: a delivery of facts from a file."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import FileRefused, InputError
from service.commands.desk import acting, at_work, find_bank, reading
from service.commands.options import As, AsJson, Bank, ExistingFile
from service.commands.printing import show_json
from service.commands.terms import Completes, Control, SetAside, read_control

if TYPE_CHECKING:
    from core.facts.delivery_report import DeliveryReport
    from core.facts.mapping import DeliveryMapping
    from core.facts.terms import Terms
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
    correction: Annotated[
        str, typer.Option(help="Why facts of a closed period change, or why a list is empty. Needs delivery:correct.")
    ] = "",
    control: Control = None,
    completes: Completes = None,
    set_aside: SetAside = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hand in a delivery: accepted, without wrong rows where the bank sets them aside, or refused (exit code 3).

    CSV or Parquet, plain or packed by gzip or zstd: the content says which.

    Example: `meritgraph import balances.csv --bank north --mapping balances.yaml --day 2026-09-30 --as steward`
    """

    from core.facts.mapping import parse_mapping
    from core.facts.terms import Terms

    try:
        read = parse_mapping(mapping.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{mapping} cannot be read as text in UTF-8: {error}", code="FILE_UNREADABLE") from error
    terms = Terms(read_control(control), correction.strip(), completes, set_aside)
    report = at_work(lambda house: _deliver(house, file, bank, read, day.date(), person, terms, dry_run))
    _tell(report, as_json=as_json)


async def _deliver(
    house: "House",
    file: Path,
    bank: str,
    mapping: "DeliveryMapping",
    day: date,
    person: str,
    terms: "Terms",
    dry_run: bool,
) -> "DeliveryReport":
    from core.facts.deliveries import deliver
    from core.plugins.store import catalogue
    from core.registers.catalogue import needed_to_deliver
    from service.delivering import delivery_bar
    from tenants.callers import today_in

    found = await find_bank(house, bank)
    async with reading(house, found) as session:
        tables = (await catalogue(session, house.host)).deliverables
    needed = needed_to_deliver(mapping.fact)
    permissions = (needed, "delivery:correct") if terms.correction else (needed,)
    with delivery_bar(file.name) as progress:
        return await deliver(
            lambda: acting(house, found, person, *permissions),
            house.store,
            tables,
            file,
            mapping,
            day,
            today=today_in(found),
            terms=terms,
            dry_run=dry_run,
            progress=progress,
        )


def _consequences(report: "DeliveryReport") -> Iterator[str]:
    """What an empty list takes away, and which runs were made on what is no longer so."""
    if report.zeroes is not None:
        verb = "became" if report.status == "accepted" else "would become"
        yield f"{report.zeroes:,} balances {verb} zero."
    for one in report.affected:
        facts = ", ".join(fact.fact for fact in one.facts)
        if report.status == "dry_run":
            yield f"Run {one.run} of {one.period} ({one.scheme}) may be affected: it was made on {facts} of these days."
        else:
            yield f"Run {one.run} of {one.period} ({one.scheme}) was made on other {facts}: consider a new one."


def _set_aside(report: "DeliveryReport") -> str:
    verb, way = ("would be", "") if report.delivery is None else ("were", f"; `meritgraph set-aside {report.delivery}`")
    return f"{report.set_aside:,} rows {verb} set aside: {_counted(report)}{way}"


def _counted(report: "DeliveryReport") -> str:
    return ", ".join(f"{rule} × {count}" for rule, count in report.counts.items())


def _tell(report: "DeliveryReport", *, as_json: bool) -> None:
    if as_json:
        show_json(asdict(report))
    elif not report.is_refused:
        number = "" if report.delivery is None else f" as delivery {report.delivery}"
        typer.echo(f"{report.source}: {report.status}{number}, {report.rows:,} rows, {report.seconds:.1f} s")
        if report.set_aside:
            typer.echo(_set_aside(report))
        if report.changes:
            typer.echo(", ".join(f"{count:,} {what}" for what, count in report.changes.items()))
        for line in _consequences(report):
            typer.echo(line)
    elif report.zeroes is not None:
        typer.echo("\n".join(_consequences(report)))
    if report.is_refused:
        counted = _counted(report)
        verb = "would be refused" if report.status == "dry_run" else "was refused"
        raise FileRefused(f"{report.source} {verb}: {counted}.", findings=[] if as_json else report.findings)
