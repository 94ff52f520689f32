"""Uploads that do not get on, go on after their end, or are too large for anybody to read the answer."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.arrivals.inbox import Inbox
from core.session import Bank
from schema.faults import HttpFault
from schema.pace import Pace
from schema.uploads import AT_ONCE, OF_ONE_BANK, OF_ONE_PERSON, UploadPlaces
from service.app import create_app
from tests.conftest import MakeBank
from tests.schema.changing import made
from tests.schema.conftest import House
from tests.schema.delivery_desk import DAY, Desk, form, furnished
from tests.schema.wire import serving
from tests.service.mailroom import GOOD, MAPPING

HEAD = "".join(
    f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
    for name, text in form({"mapping": json.dumps(MAPPING), "businessDay": DAY}).items()
)
HEAD += '--b\r\nContent-Disposition: form-data; name="0"; filename="b.csv"\r\n\r\n'


@pytest.fixture
async def desk(
    owner: AsyncEngine, house: House, client: httpx.AsyncClient, make_bank: MakeBank, tmp_path: Path
) -> Desk:
    return await furnished(owner, house, client, await make_bank("desk"), tmp_path)


def headers(desk: Desk) -> dict[str, str]:
    return desk.steward.headers | {"apollo-require-preflight": "1", "content-type": "multipart/form-data; boundary=b"}


async def send(desk: Desk, body: AsyncIterator[bytes], pace: Pace, megabytes: int = 1) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(desk.house, upload_megabytes=megabytes, upload_pace=pace))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        return await client.post("/graphql", content=body, headers=headers(desk))


async def dribble(seconds: float) -> AsyncIterator[bytes]:
    yield HEAD.encode()
    while True:
        await asyncio.sleep(seconds)
        yield b"x"


@pytest.mark.parametrize(
    "pace",
    [
        Pace(idle_seconds=0.2),  # one byte every half second
        Pace(total_seconds=0.8),
        Pace(grace_seconds=0.8, bytes_a_second=2_000),
    ],
)
async def test_an_upload_that_hardly_moves_is_ended_and_its_place_is_free(desk: Desk, pace: Pace) -> None:
    begun = time.monotonic()
    response = await send(desk, dribble(0.5), pace)
    assert response.status_code == 408
    assert response.headers["connection"] == "close"
    assert time.monotonic() - begun < 8
    assert list((desk.house.inbox.root / ".uploads" / desk.town.bank.code).iterdir()) == []
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_what_comes_after_the_forms_end_ends_the_request(desk: Desk) -> None:
    async def going_on() -> AsyncIterator[bytes]:
        yield f"{HEAD}{GOOD}\r\n--b--\r\n".encode()
        while True:
            yield b"x" * 65_536

    response = await asyncio.wait_for(send(desk, going_on(), Pace()), 10)
    assert response.status_code == 413
    assert "after the end of the form" in response.text
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_nobody_takes_the_places_of_others(tmp_path: Path) -> None:
    """A person has two, a bank four, all together sixteen."""
    places = UploadPlaces(Inbox(tmp_path), 1)
    banks = [Bank(number, f"b{number}", "B", "B", "CNY", 2, "Asia/Shanghai") for number in range(6)]
    assert (AT_ONCE, OF_ONE_BANK, OF_ONE_PERSON) == (16, 4, 2)

    @asynccontextmanager
    async def held(bank: int, *persons: str) -> AsyncIterator[None]:
        if not persons:
            yield
            return
        async with places.place(banks[bank], persons[0]), held(bank, *persons[1:]):
            yield

    async def refuses(bank: int, person: str) -> None:
        with pytest.raises(HttpFault) as refused:
            async with places.place(banks[bank], person):
                pass
        assert refused.value.status == 503

    async with held(0, "a", "a"):
        await refuses(0, "a")
        async with held(0, "b", "b"):
            await refuses(0, "c")
            async with held(1, *"aabb"), held(2, *"aabb"), held(3, *"aabb"):
                await refuses(4, "a")
            async with held(4, "a"):
                pass


@pytest.mark.parametrize("megabytes", [3, 12])
async def test_a_client_that_is_still_sending_hears_that_it_is_too_large(desk: Desk, megabytes: int) -> None:
    """Over a real connection: a reset would take the answer with it."""
    async with serving(create_app(desk.house, upload_megabytes=1)) as port:
        for _ in range(5):
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port.number}", timeout=20) as client:
                content = HEAD.encode() + b"x" * (megabytes << 20) + b"\r\n--b--\r\n"
                response = await client.post("/graphql", content=content, headers=headers(desk))
                assert response.status_code == 413
                json_body = b'{"query": "' + b"x" * (megabytes << 20) + b'"}'
                sent = desk.steward.headers | {"content-type": "application/json"}
                assert (await client.post("/graphql", content=json_body, headers=sent)).status_code == 413


async def test_an_administrator_uploads_the_lists_he_may_change_and_no_facts(desk: Desk) -> None:
    targets = {
        "fact": "targets",
        "columns": {"manager": "manager", "indicator": "indicator", "period": "period", "target": "target"},
    }
    content = "manager,indicator,period,target\nm1,deposits.daily_average,2026-Q4,5\n"
    response = await desk.upload(content, "t.csv", "administrator", mapping=json.dumps(targets), businessDay=DAY)
    body = response.json()
    assert response.status_code == 200
    assert made(body)["arrival"]["status"] == "WAITING", body
    response = await desk.upload(GOOD, person="administrator", mapping=json.dumps(MAPPING), businessDay=DAY)
    assert response.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN", "permission": "delivery:import"}
    assert await desk.rows("SELECT count(*) FROM bank.arrivals") == [(1,)]
    refused = await desk.upload(GOOD, person="nobody", mapping=json.dumps(MAPPING), businessDay=DAY)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["permission"]) == (403, "delivery:import")
