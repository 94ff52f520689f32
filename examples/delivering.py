"""Delivering an example's files through the front door, each once."""

import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from core.errors import FileRefused
from core.facts.deliveries import deliver
from core.facts.mapping import parse_mapping
from core.plugins.store import catalogue
from core.session import Bank
from service.house import House
from tenants.callers import today_in


@dataclass(frozen=True)
class Post:
    """One file on its way: the fact it reports, the file, its mapping, the day up to which it is complete."""

    fact: str
    path: Callable[[Path], Path]
    """From a folder for derived files to the file to be delivered."""
    mapping: Path
    business_day: date


async def deliver_missing(
    house: House, bank: Bank, posts: Sequence[Post], furnish: Callable[[], Awaitable[None]]
) -> None:
    """Furnish the bank and deliver in order; what was delivered is not delivered again. FileRefused with findings."""
    missing = await _missing(house, bank, posts)
    if not missing:
        return
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("branches, managers, customers, shares", total=len(missing) + 1)
        await furnish()
        progress.advance(task)
        with tempfile.TemporaryDirectory(prefix="meritgraph-example-") as folder:
            for post in missing:
                progress.update(task, description=f"delivering {post.fact}")
                await _deliver(house, bank, post, Path(folder))
                progress.advance(task)


async def _missing(house: House, bank: Bank, posts: Sequence[Post]) -> list[Post]:
    async with house.door.open(bank, "steward", read_only=True) as session:
        rows = await session.rows("SELECT fact FROM bank.deliveries WHERE status = 'accepted'")
    delivered = {row["fact"] for row in rows}
    return [post for post in posts if post.fact not in delivered]


async def _deliver(house: House, bank: Bank, post: Post, folder: Path) -> None:
    mapping = parse_mapping(post.mapping.read_text(encoding="utf-8"))
    opener = house.door.opener(bank, "steward")
    async with opener(read_only=True) as session:
        tables = (await catalogue(session, house.host)).fact_tables
    file = post.path(folder)
    report = await deliver(opener, house.store, tables, file, mapping, post.business_day, today=today_in(bank))
    if report.status == "refused":
        raise FileRefused(
            f"{file.name} was refused as {post.fact}: {', '.join(report.counts)}.", findings=report.findings
        )
