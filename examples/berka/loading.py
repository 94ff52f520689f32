"""Loading the bank, once: what people decide into PostgreSQL, what systems reported through deliveries."""

import sys
import tempfile
from collections.abc import Callable
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
from examples.berka.bank import furnish, registered_bank
from examples.berka.closing import write_changes
from examples.berka.source import Source
from service.house import House
from tenants.callers import today_in


@dataclass(frozen=True)
class Post:
    """One file on its way: the fact it reports, the file, the day up to which it is complete."""

    fact: str
    path: Callable[[Path], Path]
    """From a folder for derived files to the file to be delivered."""
    business_day: date


async def load(house: House, source: Source) -> Bank:
    """The bank of this folder's content, loaded if it is not. What was delivered is not delivered again."""
    bank = await registered_bank(house, source)
    missing = await _missing(house, bank, source)
    if not missing:
        return bank
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("branches, managers, customers, shares", total=len(missing) + 1)
        await furnish(house, bank, source)
        progress.advance(task)
        with tempfile.TemporaryDirectory(prefix="meritgraph-berka-") as folder:
            for post in missing:
                progress.update(task, description=f"delivering {post.fact}")
                await _deliver(house, bank, post, Path(folder))
                progress.advance(task)
    return bank


def posts_of(source: Source) -> list[Post]:
    """What is delivered, in order: balances refer to accounts."""

    def changes(folder: Path) -> Path:
        path = folder / "changes.csv"
        write_changes(source, path)
        return path

    def plain(fact: str, name: str) -> Post:
        return Post(fact, lambda folder: source.path(name), source.newest_day(name))

    balances = Post("balances", changes, source.newest_day("trans.asc"))
    return [plain("accounts", "account.asc"), balances, plain("fees", "trans.asc"), plain("loans", "loan.asc")]


async def _missing(house: House, bank: Bank, source: Source) -> list[Post]:
    async with house.door.open(bank, "steward", read_only=True) as session:
        rows = await session.rows("SELECT fact FROM bank.deliveries WHERE status = 'accepted'")
    delivered = {row["fact"] for row in rows}
    return [post for post in posts_of(source) if post.fact not in delivered]


async def _deliver(house: House, bank: Bank, post: Post, folder: Path) -> None:
    mapping = parse_mapping((Path(__file__).parent / f"{post.fact}.yaml").read_text(encoding="utf-8"))
    opener = house.door.opener(bank, "steward")
    async with opener(read_only=True) as session:
        tables = (await catalogue(session, house.host)).fact_tables
    file = post.path(folder)
    report = await deliver(opener, house.store, tables, file, mapping, post.business_day, today=today_in(bank))
    if report.status == "refused":
        raise FileRefused(
            f"{file.name} was refused as {post.fact}: {', '.join(report.counts)}.", findings=report.findings
        )
