"""Handing in deliveries over HTTP: inbox files and uploads, feeds, arrivals, and who may."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.arrivals import perform as arrivals
from core.arrivals.perform import Means
from core.customers.store import add_customers
from core.facts.deliveries import deliver
from core.facts.mapping import parse_mapping
from core.people.store import add_person, grant
from core.plugins.store import catalogue
from core.session import BankSession
from core.settings.store import change_settings
from service.app import create_app
from tenants.keys import ensure_key
from tenants.registry import bank_row
from tests.conftest import MakeBank
from tests.schema.conftest import Asker, BuildTown, House, Town
from tests.service.mailroom import ACCOUNTS, ACCOUNTS_MAPPING, BAD, GOOD, MAPPING

TODAY = date(2026, 10, 20)
DAY = "2024-09-05"
FIELDS = """arrival { id number name origin status stage dryRun businessDay bytes arrivedBy feed { code }
  outcome { result code message rows counts { name value } findings { code message fields { name value } } }
  delivery { number status deliveredBy } }"""
IMPORT = f"mutation ($input: ImportDeliveryInput!) {{ importDelivery(input: $input) {{ {FIELDS} }} }}"
AGAIN = f"query ($id: ID!) {{ node(id: $id) {{ ... on Arrival {{ {FIELDS[10:-2]} }} }} }}"
SAVE = "mutation ($input: SaveFeedInput!) { saveFeed(input: $input) { feed { id code fact shape files every label } } }"
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


@pytest.fixture
async def desk(
    owner: AsyncEngine, house: House, client: httpx.AsyncClient, make_bank: MakeBank, tmp_path: Path
) -> Desk:
    """A bank without runs: people of every role, customers, accounts, an empty inbox."""
    bank = await make_bank("desk")
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


async def test_an_upload_is_taken_in_by_the_worker(desk: Desk) -> None:
    response = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY)
    arrival = response.json()["data"]["importDelivery"]["arrival"]
    assert (arrival["status"], arrival["origin"], arrival["bytes"], arrival["outcome"]) == (
        "WAITING",
        "UPLOAD",
        str(len(GOOD)),
        None,
    )
    await desk.work(arrival["number"])
    told = await desk.told(arrival["id"])
    assert (told["status"], told["outcome"]["result"], told["outcome"]["rows"]) == ("DONE", "ACCEPTED", 2)
    assert (told["delivery"]["status"], told["delivery"]["deliveredBy"]) == ("ACCEPTED", "data_steward")
    assert list((desk.house.inbox.root / ".uploads" / desk.town.bank.code).iterdir()) == []


async def test_a_file_of_the_inbox_is_taken_by_its_name_and_feed(desk: Desk) -> None:
    saved = await desk.steward(SAVE, input=FEED)
    assert saved["data"]["saveFeed"]["feed"]["shape"] == "snapshot"
    (desk.folder / f"balances_{DAY}.csv").write_text(GOOD)
    body = await desk.imports(file=f"balances_{DAY}.csv")
    arrival = body["data"]["importDelivery"]["arrival"]
    assert (arrival["feed"], arrival["businessDay"], arrival["origin"]) == ({"code": "balances"}, DAY, "INBOX")
    assert not (desk.folder / f"balances_{DAY}.csv").exists()
    await desk.work(arrival["number"])
    assert (await desk.told(arrival["id"]))["outcome"]["result"] == "ACCEPTED"


@pytest.mark.parametrize(
    "name", ["../other/balances.csv", "/etc/passwd", "done", "refused", "", ".", "..", ".taken", "missing.csv", "a\0b"]
)
async def test_a_path_is_no_name_of_a_file(desk: Desk, name: str) -> None:
    body = await desk.imports(file=name, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert body["data"]["importDelivery"] is None
    assert body["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_another_banks_file_is_not_found(desk: Desk, build_town: BuildTown) -> None:
    other = await build_town("Other")
    desk.house.inbox.look(other.bank.code)
    theirs = desk.house.inbox.root / other.bank.code / "theirs.csv"
    theirs.write_text(GOOD)
    for name in ("theirs.csv", f"../{other.bank.code}/theirs.csv"):
        body = await desk.imports(file=name, mapping=json.dumps(MAPPING), businessDay=DAY)
        assert body["errors"][0]["message"] == "There is no such file in the inbox."
    assert theirs.read_text() == GOOD


async def test_a_dry_run_leaves_the_file_and_writes_nothing_but_what_was_found(desk: Desk) -> None:
    file = desk.folder / "b.csv"
    file.write_text(BAD)
    body = await desk.imports(file="b.csv", mapping=json.dumps(MAPPING), businessDay=DAY, dryRun=True)
    arrival = body["data"]["importDelivery"]["arrival"]
    await desk.work(arrival["number"])
    told = await desk.told(arrival["id"])
    assert (told["status"], told["outcome"]["result"], told["delivery"]) == ("DONE", "DRY_RUN", None)
    assert told["outcome"]["counts"] == [{"name": "NUMBER_INVALID", "value": "1"}]
    assert told["outcome"]["findings"][0]["code"] == "NUMBER_INVALID"
    assert file.read_text() == BAD
    assert await desk.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []
    assert list((desk.house.inbox.root / ".taken" / desk.town.bank.code).iterdir()) == []


async def test_the_same_key_gives_the_same_arrival_and_takes_no_second_file(desk: Desk) -> None:
    terms = {"mapping": json.dumps(MAPPING), "businessDay": DAY, "idempotencyKey": "k1"}
    first = (await desk.upload(GOOD, **terms)).json()["data"]["importDelivery"]["arrival"]
    again = (await desk.upload(GOOD, **terms)).json()["data"]["importDelivery"]["arrival"]
    assert first["number"] == again["number"]
    assert await desk.rows("SELECT count(*) FROM bank.arrivals") == [(1,)]
    assert list((desk.house.inbox.root / ".uploads" / desk.town.bank.code).iterdir()) == []


@pytest.mark.parametrize("person", ["administrator", "assessor", "auditor", "manager", "nobody"])
async def test_who_may_not_import_leaves_no_trace(desk: Desk, person: str) -> None:
    response = await desk.upload(GOOD, person=person, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert response.status_code == 403
    body = await desk.imports(person, file="b.csv")
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []
    uploads = desk.house.inbox.root / ".uploads" / desk.town.bank.code
    assert not uploads.exists() or list(uploads.iterdir()) == []


@pytest.mark.parametrize("person", ["assessor", "manager", "nobody"])
async def test_feeds_are_saved_and_removed_by_stewards_alone(desk: Desk, person: str) -> None:
    body = await desk.town.asks(person)(SAVE, input=FEED)
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await desk.rows("SELECT 1 FROM bank.feeds") == []
    await desk.steward(SAVE, input=FEED)
    removal = 'mutation { removeFeed(input: {code: "balances"}) { code } }'
    body = await desk.town.asks(person)(removal)
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert len(await desk.rows("SELECT 1 FROM bank.feeds")) == 1
    assert (await desk.steward(removal))["data"]["removeFeed"] == {"code": "balances"}
    assert (await desk.steward("{ feeds { code } }"))["data"]["feeds"] == []


@pytest.mark.parametrize(
    ("input", "reason"),
    [
        ({}, "FILE_MISSING"),
        ({"mapping": "fact: [", "businessDay": DAY}, "MAPPING_INVALID"),
        ({"mapping": "fact: nothing\ncolumns: {a: b}", "businessDay": DAY}, "MAPPING_INVALID"),
        ({"mapping": json.dumps(MAPPING)}, "DAY_UNKNOWN"),
        ({"feed": "nobodys"}, "FEED_UNKNOWN"),
        ({"idempotencyKey": "a\nb"}, "KEY_INVALID"),
    ],
)
async def test_what_cannot_be_read_is_refused_before_the_file_is_taken(
    desk: Desk, input: dict[str, Any], reason: str
) -> None:
    (desk.folder / "b.csv").write_text(GOOD)
    body = await desk.imports(**({"file": "b.csv"} | input if input else {}))
    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "reason": reason}
    assert (desk.folder / "b.csv").exists()
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


@pytest.mark.parametrize("name", ["a.csv.part", ".hidden", "x.control.yaml", "n" * 201])
async def test_an_upload_needs_a_name_that_files_have(desk: Desk, name: str) -> None:
    response = await desk.upload(GOOD, name=name, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert response.json()["errors"][0]["extensions"]["reason"] == "NAME_INVALID"
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


async def test_of_one_bank_two_uploads_are_on_their_way_at_once(desk: Desk) -> None:
    """Two that never end; the third is told to come again; another bank's person is not."""
    go = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"--b\r\n"
        await go.wait()

    headers = desk.steward.headers | {"apollo-require-preflight": "1", "content-type": "multipart/form-data; boundary=b"}
    waiting = [
        asyncio.create_task(desk.town.client.post("/graphql", content=slow(), headers=headers)) for _ in range(2)
    ]
    await asyncio.sleep(0.5)
    third = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert (third.status_code, third.headers["retry-after"]) == (503, "5")
    go.set()
    assert [response.status_code for response in await asyncio.gather(*waiting)] == [400, 400]
    assert (await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY)).status_code == 200


async def test_arrivals_are_listed_to_who_may_read_them(desk: Desk) -> None:
    await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY, name=f"{secrets.token_hex(3)}.csv")
    query = "{ arrivals { totalCount nodes { number status } } }"
    body = await desk.town.asks("assessor")(query)
    assert body["data"]["arrivals"]["totalCount"] == 1
    refused = await desk.town.asks("manager")(query)
    assert refused["data"] == {"arrivals": None}
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_correction_needs_its_own_permission_and_reaches_the_delivery(desk: Desk) -> None:
    response = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY, correction="the core was wrong")
    number = response.json()["data"]["importDelivery"]["arrival"]["number"]
    await desk.work(number)
    assert await desk.rows("SELECT reason FROM bank.deliveries WHERE fact = 'balances'") == [("the core was wrong",)]


async def test_totals_that_do_not_match_refuse_the_file(desk: Desk) -> None:
    control = {"rows": 3, "sums": [{"column": "balance", "total": "30.50"}]}
    response = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY, control=control)
    arrival = response.json()["data"]["importDelivery"]["arrival"]
    await desk.work(arrival["number"])
    told = await desk.told(arrival["id"])
    assert (told["status"], told["outcome"]["result"]) == ("REFUSED", "REFUSED")
    assert await desk.rows("SELECT 1 FROM bank.fact_files WHERE fact = 'balances'") == []


async def set_aside(desk: Desk) -> str:
    """A delivery of which one row of two was set aside; its number."""
    async with desk.town.open("administrator") as session:
        await change_settings(session, {"set_aside_percent": 50})
    mapping = {"fact": "fees", "currency": "CNY", "columns": {n: n for n in ("fee", "customer", "day", "kind", "amount")}}
    text = "fee,customer,day,kind,amount\nf1,c1,2024-09-05,card,1.00\nf2,c1,2024-09-05,card,one\n"
    response = await desk.upload(text, mapping=json.dumps(mapping), businessDay=DAY, setAside=True)
    arrival = response.json()["data"]["importDelivery"]["arrival"]
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
    for asked, person in ((path, stranger), ("/deliveries/999999/set-aside", desk.steward), ("/deliveries/x/set-aside", desk.steward)):
        response = await person.client.get(asked, headers=person.headers)
        seen[response.status_code] = response.json()
    assert list(seen) == [404]
    assert seen[404]["errors"][0]["message"] == "There are no such rows."
    for person, status in (("auditor", 200), ("assessor", 403), ("nobody", 403)):
        asker = desk.town.asks(person)
        assert (await asker.client.get(path, headers=asker.headers)).status_code == status
    assert (await desk.town.client.get(path)).status_code == 401
    assert (await desk.town.client.post(path, headers=desk.steward.headers)).status_code == 405
