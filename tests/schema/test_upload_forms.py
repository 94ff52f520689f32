"""Uploads as forms: what is no request, too large, cut off, too many, and who has not asked first."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.app import create_app
from tests.conftest import MakeBank
from tests.schema.changing import refused
from tests.schema.conftest import House
from tests.schema.delivery_desk import DAY, Desk, form, furnished
from tests.service.mailroom import GOOD, MAPPING


@pytest.fixture
async def desk(
    owner: AsyncEngine, house: House, client: httpx.AsyncClient, make_bank: MakeBank, tmp_path: Path
) -> Desk:
    return await furnished(owner, house, client, await make_bank("desk"), tmp_path)


@pytest.mark.parametrize("name", ["a.csv.part", ".hidden", "x.control.yaml", "n" * 201])
async def test_an_upload_needs_a_name_that_files_have(desk: Desk, name: str) -> None:
    response = await desk.upload(GOOD, name=name, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert refused(response.json())["reason"] == "NAME_INVALID"
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


def good_form() -> dict[str, str]:
    return form({"mapping": json.dumps(MAPPING), "businessDay": DAY})


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"operations": "{"}, 400),
        ({"operations": "[]"}, 400),
        ({"map": "[]"}, 400),
        ({"map": '{"1": ["variables.input.upload"]}'}, 400),
        ({"map": '{"0": ["variables.input.upload", "variables.input.file"]}'}, 400),
        ({"map": '{"0": ["query"]}'}, 400),
        ({"map": '{"0": ["variables.input.mapping"]}'}, 400),  # no null stands there
        ({"map": '{"0": ["variables.input.upload.0.x"]}'}, 400),
        ({"map": '{"0": "variables.input.upload"}'}, 400),
        (
            {
                "operations": '{"query": "{ me { code } }", "variables": {"a": [null]}}',
                "map": '{"0": ["variables.a.0000000001"]}',
            },
            400,
        ),
        ({"operations": " " * 1_100_000 + "{}"}, 413),
    ],
)
async def test_a_form_that_is_no_request_is_a_clear_4xx(desk: Desk, changed: dict[str, str], status: int) -> None:
    response = await desk.post(good_form() | changed, GOOD, "b.csv")
    assert response.status_code == status, response.text
    assert response.json()["errors"][0]["message"].endswith(".")
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_an_upload_without_the_preflight_header_is_not_read(desk: Desk) -> None:
    response = await desk.post(good_form(), GOOD, "b.csv", **{"apollo-require-preflight": ""})
    assert response.status_code == 400
    assert "Preflight" in response.json()["errors"][0]["message"]


async def test_a_form_without_a_token_is_unauthenticated(desk: Desk) -> None:
    response = await desk.post(good_form(), GOOD, "b.csv", authorization="")
    assert response.status_code == 401


async def test_an_upload_beyond_the_limit_is_cut_off(desk: Desk) -> None:
    transport = httpx.ASGITransport(create_app(desk.house, upload_megabytes=1))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        small = Desk(replace(desk.town, client=client), desk.house)
        response = await small.upload(b"x" * (4 << 20), mapping=json.dumps(MAPPING), businessDay=DAY)
        assert response.status_code == 413

        async def endless() -> AsyncIterator[bytes]:
            head = "".join(
                f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
                for name, text in good_form().items()
            )
            yield (head + '--b\r\nContent-Disposition: form-data; name="0"; filename="b.csv"\r\n\r\n').encode()
            while True:
                yield b"x" * 65536

        headers = desk.steward.headers | {
            "apollo-require-preflight": "1",
            "content-type": "multipart/form-data; boundary=b",
        }
        response = await client.post("/graphql", content=endless(), headers=headers)
        assert response.status_code == 413
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []
    assert list((desk.house.inbox.root / ".uploads" / desk.town.bank.code).iterdir()) == []


@pytest.mark.parametrize("kept", [10, 150, 420])
async def test_a_form_that_is_cut_off_arrives_nowhere(desk: Desk, kept: int) -> None:
    request = httpx.Request("POST", "http://x", data=good_form(), files={"0": ("b.csv", GOOD)})
    headers = desk.steward.headers | {"apollo-require-preflight": "1", "content-type": request.headers["content-type"]}
    response = await desk.town.client.post("/graphql", content=request.read()[:-kept], headers=headers)
    assert response.status_code == 400
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_a_string_is_no_upload(desk: Desk) -> None:
    body = await desk.imports(upload="balances.csv")
    assert "multipart/form-data" in body["errors"][0]["message"]


async def test_of_one_person_two_uploads_are_on_their_way_at_once(desk: Desk) -> None:
    """Two that never end; the third is told to come again; another bank's person is not."""
    go = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"--b\r\n"
        await go.wait()

    headers = desk.steward.headers | {
        "apollo-require-preflight": "1",
        "content-type": "multipart/form-data; boundary=b",
    }
    waiting = [
        asyncio.create_task(desk.town.client.post("/graphql", content=slow(), headers=headers)) for _ in range(2)
    ]
    await asyncio.sleep(0.5)
    third = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert (third.status_code, third.headers["retry-after"]) == (503, "5")
    go.set()
    assert [response.status_code for response in await asyncio.gather(*waiting)] == [400, 400]
    assert (await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY)).status_code == 200
