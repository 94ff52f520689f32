"""A bank without runs whose people hand in deliveries over HTTP, in the process."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from core.arrivals import perform as arrivals
from core.arrivals.perform import Means
from core.customers.store import add_customers
from core.facts.deliveries import deliver
from core.facts.mapping import parse_mapping
from core.people.store import add_person, grant
from core.plugins.store import catalogue
from core.session import Bank, BankSession
from tenants.keys import ensure_key
from tenants.registry import bank_row
from tests.schema.changing import change
from tests.schema.conftest import Asker, House, Town
from tests.service.mailroom import ACCOUNTS, ACCOUNTS_MAPPING, MAPPING

TODAY = date(2026, 10, 20)
DAY = "2024-09-05"
FIELDS = """arrival { id number name origin status stage dryRun businessDay bytes arrivedBy feed { code }
  outcome { result code message rows counts { name value } findings { code message fields { name value } } }
  delivery { number status deliveredBy } }"""
IMPORT = change("importDelivery", FIELDS)
AGAIN = f"query ($id: ID!) {{ node(id: $id) {{ ... on Arrival {{ {FIELDS[10:-2]} }} }} }}"
SAVE = change("saveFeed", "feed { id code fact shape files every label }")
FEED = {
    "code": "balances",
    "labelEn": "Balances",
    "labelZh": "余额",
    "mapping": json.dumps(MAPPING),
    "files": "balances_{day}.csv",
    "every": "WORKDAY",
    "since": "2024-01-01",
}


class Held:
    """A lease nobody takes away."""

    async def hold(self, session: BankSession) -> None:
        assert await session.row("SELECT 1") is not None


@dataclass(frozen=True)
class Desk:
    """A bank with accounts, and the house its arrivals are worked on in."""

    town: Town
    house: House

    @property
    def steward(self) -> Asker:
        return self.town.asks("data_steward")

    @property
    def folder(self) -> Path:
        return self.house.inbox.root / self.town.bank.code

    async def imports(self, person: str = "data_steward", **input: Any) -> dict[str, Any]:
        return await self.town.asks(person)(IMPORT, input=input)

    async def upload(
        self, content: str | bytes, name: str = "balances.csv", person: str = "data_steward", **input: Any
    ) -> httpx.Response:
        return await self.post(form(input), content, name, person)

    async def post(
        self, data: dict[str, str], content: str | bytes, name: str, person: str = "data_steward", **headers: str
    ) -> httpx.Response:
        asker = self.town.asks(person)
        sent = asker.headers | {"apollo-require-preflight": "true"} | headers
        return await asker.client.post("/graphql", data=data, files={"0": (name, content)}, headers=sent)

    async def work(self, number: int) -> None:
        """What the worker does."""
        opener = self.house.door.opener(self.town.bank, "system")
        arrival = await arrivals.load(opener, number)
        means = Means(self.house.host, self.house.store, self.house.inbox, "512MB")
        acting = self.house.door.opener(self.town.bank, arrival.arrived_by)
        await arrivals.perform(acting, means, arrival, today=TODAY, lease=Held())

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.town.open("tester", read_only=True) as session:
            return [tuple(row) for row in await session.rows(statement)]

    async def told(self, id: str) -> dict[str, Any]:
        body = await self.steward(AGAIN, id=id)
        assert "errors" not in body, body
        node: dict[str, Any] = body["data"]["node"]
        return node


def form(input: dict[str, Any], **changed: str) -> dict[str, str]:
    operations = {"query": IMPORT, "variables": {"input": {"upload": None} | input}}
    return {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.input.upload"]})} | changed


async def furnished(owner: AsyncEngine, house: House, client: httpx.AsyncClient, bank: Bank, tmp_path: Path) -> Desk:
    """A bank without runs: people of every role, customers, accounts, an empty inbox."""
    await ensure_key(owner, tmp_path / "keys", bank.code)
    town = Town(bank, await bank_row(owner, bank.code), tmp_path / "keys", house.door, client)
    file = tmp_path / "accounts.csv"
    file.write_text(ACCOUNTS)
    async with town.open("steward") as session:
        for person in ("administrator", "assessor", "auditor", "data_steward", "manager", "nobody"):
            await add_person(session, person, None)
            if person != "nobody":
                await grant(session, person, person, "")
        await add_customers(session, [("c1", "One"), ("c2", "Two")])
        tables = (await catalogue(session, house.host)).fact_tables
    opener, mapping = house.door.opener(bank, "steward"), parse_mapping(ACCOUNTS_MAPPING)
    await deliver(opener, house.store, tables, file, mapping, date(2024, 9, 1), today=TODAY)
    house.inbox.look(bank.code)
    return Desk(town, house)
