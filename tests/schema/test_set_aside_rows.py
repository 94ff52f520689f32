"""Rows that were set aside, as a file to fetch."""

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.settings.store import change_settings
from tests.conftest import MakeBank
from tests.schema.changing import made
from tests.schema.conftest import BuildTown, House
from tests.schema.delivery_desk import DAY, Desk, furnished


@pytest.fixture
async def desk(
    owner: AsyncEngine, house: House, client: httpx.AsyncClient, make_bank: MakeBank, tmp_path: Path
) -> Desk:
    return await furnished(owner, house, client, await make_bank("desk"), tmp_path)


async def set_aside(desk: Desk) -> str:
    """A delivery of which one row of two was set aside; its number."""
    async with desk.town.open("administrator") as session:
        await change_settings(session, {"set_aside_percent": 50})
    columns = {name: name for name in ("fee", "customer", "day", "kind", "amount")}
    mapping = {"fact": "fees", "currency": "CNY", "columns": columns}
    text = "fee,customer,day,kind,amount\nf1,c1,2024-09-05,card,1.00\nf2,c1,2024-09-05,card,one\n"
    response = await desk.upload(text, mapping=json.dumps(mapping), businessDay=DAY, setAside=True)
    arrival = made(response.json())["arrival"]
    await desk.work(arrival["number"])
    told = await desk.told(arrival["id"])
    assert told["outcome"]["result"] == "ACCEPTED", told
    return str(told["delivery"]["number"])


async def test_rows_set_aside_can_be_fetched_by_who_may_see_them(desk: Desk) -> None:
    number = await set_aside(desk)
    steward = desk.steward
    response = await steward.client.get(f"/deliveries/{number}/set-aside", headers=steward.headers)
    assert response.status_code == 200
    assert response.headers["content-disposition"] == f'attachment; filename="delivery-{number}-set-aside.csv"'
    assert (response.headers["x-content-type-options"], response.headers["cache-control"]) == ("nosniff", "no-store")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[1].split(",")[:5]) == (2, ["f2", "c1", "2024-09-05", "card", "one"])
    beside = [path.name for path in (desk.folder / "done").iterdir() if path.name.endswith(".set-aside.csv")]
    assert len(beside) == 1


async def test_rows_set_aside_are_nobody_elses(desk: Desk, build_town: BuildTown) -> None:
    number = await set_aside(desk)
    path = f"/deliveries/{number}/set-aside"
    stranger = (await build_town("Else")).asks("data_steward")
    seen = {}
    nowhere = [(f"/deliveries/{other}/set-aside", desk.steward) for other in ("999999", "x", "9" * 40)]
    for asked, asker in [(path, stranger), *nowhere]:
        response = await asker.client.get(asked, headers=asker.headers)
        seen[response.status_code] = response.json()
    assert list(seen) == [404]
    assert seen[404]["errors"][0]["message"] == "There are no such rows."
    for person, status in (("auditor", 200), ("assessor", 403), ("nobody", 403)):
        asker = desk.town.asks(person)
        assert (await asker.client.get(path, headers=asker.headers)).status_code == status
    assert (await desk.town.client.get(path)).status_code == 401
    assert (await desk.town.client.post(path, headers=desk.steward.headers)).status_code == 405
