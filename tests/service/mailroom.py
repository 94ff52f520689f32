"""A bank with customers, accounts and a feed of balances, whose inbox tests drop files into."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from core.arrivals.store import ArrivalRead, arrivals_by_number
from core.customers.store import add_customers
from core.facts.deliveries import deliver
from core.facts.mapping import parse_mapping
from core.feeds.definition import parse_feed
from core.feeds.store import save_feed
from core.plugins.store import catalogue
from core.session import Bank
from service.house import House
from service.inbox import InboxWatch
from service.works import worker_of

DAY = date(2024, 9, 5)
GOOD = "account,balance\na1,10.00\na2,20.50\n"
BAD = "account,balance\na1,ten\na2,20.50\n"
ACCOUNTS = "account,customer,kind,category\na1,c1,deposit,savings\na2,c2,deposit,corporate\n"
MAPPING: dict[str, Any] = {
    "fact": "balances",
    "shape": "snapshot",
    "currency": "CNY",
    "columns": {"account": "account", "balance": "balance"},
}
ACCOUNTS_MAPPING = {
    "fact": "accounts",
    "columns": {name: name for name in ("account", "customer", "kind", "category")},
}
FEED: dict[str, Any] = {
    "feed": "core_balances",
    "labels": {"en": "Balances", "zh": "余额"},
    "files": "balances_{day:%Y%m%d}.csv",
    "every": "day",
    "since": "2024-01-01",
    "mapping": MAPPING,
}


@dataclass
class Mailroom:
    """One bank's inbox, watched by hand."""

    house: House
    bank: Bank
    watch: InboxWatch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = InboxWatch(self.house)

    @property
    def folder(self) -> Path:
        return self.house.inbox.root / self.bank.code

    async def furnish(self) -> "Mailroom":
        """Customers, accounts, the feed; the folder is there."""
        async with self.house.door.open(self.bank, "steward") as session:
            await add_customers(session, [("c1", "One"), ("c2", "Two")])
            tables = (await catalogue(session, self.house.host)).fact_tables
            await save_feed(session, tables, parse_feed(FEED))
        file = self.house.settings.state / f"accounts-{self.bank.code}.csv"
        file.write_text(ACCOUNTS)
        opener = self.house.door.opener(self.bank, "steward")
        mapping = parse_mapping(ACCOUNTS_MAPPING)
        report = await deliver(opener, self.house.store, tables, file, mapping, date(2024, 9, 1), today=DAY)
        assert report.status == "accepted"
        assert await self.watch.look_at(self.bank) == []
        return self

    def drop(self, name: str, text: str | bytes = GOOD) -> Path:
        """A sender writes a file."""
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    async def look_twice(self) -> list[int]:
        """What two looks take."""
        return await self.watch.look_at(self.bank) + await self.watch.look_at(self.bank)

    async def work(self) -> int:
        """What waits is performed here."""
        return await worker_of(self.house).drain(self.bank)

    async def receive(self, name: str, text: str | bytes = GOOD) -> ArrivalRead:
        """A file dropped, taken and worked on: its arrival."""
        self.drop(name, text)
        [number] = await self.look_twice()
        await self.work()
        return await self.arrival(number)

    async def arrival(self, number: int) -> ArrivalRead:
        async with self.house.door.open(self.bank, "tester", read_only=True) as session:
            return (await arrivals_by_number(session, [number]))[number]

    async def rows(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        async with self.house.door.open(self.bank, "tester", read_only=True) as session:
            return [tuple(row) for row in await session.rows(statement, *arguments)]

    def lying_in_inbox(self) -> list[str]:
        return sorted(p.name for p in self.folder.iterdir() if p.name not in ("done", "refused"))

    def lying(self) -> dict[str, list[str]]:
        """What lies where."""
        taken = self.house.inbox.root / ".taken" / self.bank.code
        places = {"inbox": self.folder, "done": self.folder / "done", "refused": self.folder / "refused"}
        found = {
            place: sorted(p.name for p in folder.iterdir() if p.name not in ("done", "refused"))
            for place, folder in places.items()
            if folder.is_dir() and not folder.is_symlink()
        }
        return {place: names for place, names in found.items() if names} | (
            {"taken": sorted(p.name for p in taken.iterdir())} if taken.exists() and any(taken.iterdir()) else {}
        )
