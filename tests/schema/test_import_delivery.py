"""Handing in deliveries over GraphQL: inbox files and uploads, feeds, arrivals, and who may."""

import json
import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import MakeBank
from tests.schema.changing import change, made, refused, sentence
from tests.schema.conftest import BuildTown, House
from tests.schema.delivery_desk import DAY, FEED, SAVE, Desk, furnished
from tests.schema.unseen import unseen
from tests.service.mailroom import BAD, GOOD, MAPPING


@pytest.fixture
async def desk(
    owner: AsyncEngine, house: House, client: httpx.AsyncClient, make_bank: MakeBank, tmp_path: Path
) -> Desk:
    return await furnished(owner, house, client, await make_bank("desk"), tmp_path)


async def test_an_upload_is_taken_in_by_the_worker(desk: Desk) -> None:
    response = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY)
    arrival = made(response.json())["arrival"]
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
    assert made(saved)["feed"]["shape"] == "snapshot"
    (desk.folder / f"balances_{DAY}.csv").write_text(GOOD)
    body = await desk.imports(file=f"balances_{DAY}.csv")
    arrival = made(body)["arrival"]
    assert (arrival["feed"], arrival["businessDay"], arrival["origin"]) == ({"code": "balances"}, DAY, "INBOX")
    assert not (desk.folder / f"balances_{DAY}.csv").exists()
    await desk.work(arrival["number"])
    assert (await desk.told(arrival["id"]))["outcome"]["result"] == "ACCEPTED"


@pytest.mark.parametrize(
    "name", ["../other/balances.csv", "/etc/passwd", "done", "refused", "", ".", "..", ".taken", "missing.csv", "a\0b"]
)
async def test_a_path_is_no_name_of_a_file(desk: Desk, name: str) -> None:
    body = await desk.imports(file=name, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert refused(body)["code"] == "NOT_FOUND"
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_another_banks_file_is_not_found(desk: Desk, build_town: BuildTown) -> None:
    other = await build_town("Other")
    desk.house.inbox.look(other.bank.code)
    theirs = desk.house.inbox.root / other.bank.code / "theirs.csv"
    theirs.write_text(GOOD)
    for name in ("theirs.csv", f"../{other.bank.code}/theirs.csv"):
        body = await desk.imports(file=name, mapping=json.dumps(MAPPING), businessDay=DAY)
        assert sentence(body) == "There is no such file in the inbox."
    assert theirs.read_text() == GOOD


async def test_a_dry_run_leaves_the_file_and_writes_nothing_but_what_was_found(desk: Desk) -> None:
    file = desk.folder / "b.csv"
    file.write_text(BAD)
    body = await desk.imports(file="b.csv", mapping=json.dumps(MAPPING), businessDay=DAY, dryRun=True)
    arrival = made(body)["arrival"]
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
    first = made((await desk.upload(GOOD, **terms)).json())["arrival"]
    again = made((await desk.upload(GOOD, **terms)).json())["arrival"]
    assert first["number"] == again["number"]
    assert await desk.rows("SELECT count(*) FROM bank.arrivals") == [(1,)]
    assert list((desk.house.inbox.root / ".uploads" / desk.town.bank.code).iterdir()) == []


@pytest.mark.parametrize("person", ["assessor", "auditor", "manager", "nobody"])
async def test_who_may_not_import_leaves_no_trace(desk: Desk, person: str) -> None:
    response = await desk.upload(GOOD, person=person, mapping=json.dumps(MAPPING), businessDay=DAY)
    assert response.status_code == 403
    unseen(await desk.imports(person, file="b.csv"), "Mutation.importDelivery")
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []
    uploads = desk.house.inbox.root / ".uploads" / desk.town.bank.code
    assert not uploads.exists() or list(uploads.iterdir()) == []


async def test_the_outcome_of_a_list_tells_what_changed(desk: Desk) -> None:
    mapping = {"fact": "customer_names", "columns": {"customer": "customer", "name": "name"}}
    sent = await desk.upload(
        "customer,name\nc1,One\nc2,Zwei\nc3,New\n", person="administrator", mapping=json.dumps(mapping), businessDay=DAY
    )
    arrival = made(sent.json())["arrival"]
    await desk.work(arrival["number"])
    told = await desk.steward(
        "query ($id: ID!) { node(id: $id) { ... on Arrival { outcome { changes { name value } zeroes } } } }",
        id=arrival["id"],
    )
    assert told["data"]["node"]["outcome"] == {
        "changes": [{"name": name, "value": "1"} for name in ("added", "changed", "unchanged")],
        "zeroes": None,
    }


async def test_a_control_file_beside_a_file_opens_nothing_its_taker_may_not(desk: Desk) -> None:
    """Who takes it needs the right to what the control file says, as if he said it himself."""
    columns = {"customer": "customer", "name": "name"}
    (desk.folder / "names.csv").write_text("customer,name\nc1,Mine\n")
    (desk.folder / "names.csv.control.json").write_text(
        json.dumps({"mapping": {"fact": "customer_names", "columns": columns}, "day": DAY, "correction": "why not"})
    )
    body = await desk.imports(file="names.csv")
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (desk.folder / "names.csv").exists()
    assert await desk.rows("SELECT name FROM bank.customers WHERE customer = 'c1'") == [("One",)]


@pytest.mark.parametrize("person", ["assessor", "manager", "nobody"])
async def test_feeds_are_saved_and_removed_by_stewards_alone(desk: Desk, person: str) -> None:
    unseen(await desk.town.asks(person)(SAVE, input=FEED), "Mutation.saveFeed")
    assert await desk.rows("SELECT 1 FROM bank.feeds") == []
    await desk.steward(SAVE, input=FEED)
    removal, which = change("removeFeed", "code"), {"code": "balances"}
    unseen(await desk.town.asks(person)(removal, input=which), "Mutation.removeFeed")
    assert len(await desk.rows("SELECT 1 FROM bank.feeds")) == 1
    assert made(await desk.steward(removal, input=which)) == which
    assert (await desk.steward("{ feeds { nodes { code } } }"))["data"]["feeds"] == {"nodes": []}


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
    found = refused(body)
    assert (found["code"], found["reason"]) == ("BAD_USER_INPUT", reason)
    assert ("problems" in found) is (reason == "MAPPING_INVALID")
    assert (desk.folder / "b.csv").exists()
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_arrivals_are_listed_to_who_may_read_them(desk: Desk) -> None:
    await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY, name=f"{secrets.token_hex(3)}.csv")
    query = "{ arrivals { totalCount nodes { number status } } }"
    body = await desk.town.asks("assessor")(query)
    assert body["data"]["arrivals"]["totalCount"] == 1
    unseen(await desk.town.asks("manager")(query), "Query.arrivals")


async def test_a_correction_needs_its_own_permission_and_reaches_the_delivery(desk: Desk) -> None:
    response = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY, correction="the core was wrong")
    number = made(response.json())["arrival"]["number"]
    await desk.work(number)
    assert await desk.rows("SELECT reason FROM bank.deliveries WHERE fact = 'balances'") == [("the core was wrong",)]


async def test_totals_that_do_not_match_refuse_the_file(desk: Desk) -> None:
    control = {"rows": 3, "sums": [{"column": "balance", "total": "30.50"}]}
    response = await desk.upload(GOOD, mapping=json.dumps(MAPPING), businessDay=DAY, control=control)
    arrival = made(response.json())["arrival"]
    await desk.work(arrival["number"])
    told = await desk.told(arrival["id"])
    assert (told["status"], told["outcome"]["result"]) == ("REFUSED", "REFUSED")
    assert await desk.rows("SELECT 1 FROM bank.fact_files WHERE fact = 'balances'") == []
