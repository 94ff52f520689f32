"""Entries by hand over GraphQL: role by role, two persons, two banks."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from core.customers.store import add_customers
from core.people.store import add_person, grant
from core.publications.store import publish_run
from tests.approved import add_approved, add_queued
from tests.schema.changing import change, fault, made, refused
from tests.schema.unseen import unseen

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town

SHOWN = "entry { number status reason madeBy decidedBy decision reverses reversedBy rows { cells { name value } } }"
MAKE = change("makeEntry", SHOWN)
APPROVE = change("approveEntry", SHOWN)
WITHDRAW = change("withdrawEntry", SHOWN)
REFUSE = change("refuseEntry", SHOWN)
REVERSE = change("reverseEntry", SHOWN)
LIST = "{ entries { totalCount nodes { number status fact businessDay delivery { shape rows status } } } }"
ROW = {"fee": "hand-1", "customer": "c1", "day": "2026-10-10", "kind": "card", "amount": "14.00"}


def rows(*given: dict[str, str]) -> list[dict[str, Any]]:
    return [{"cells": [{"name": name, "value": value} for name, value in row.items()]} for row in given]


ENTRY = {"fact": "fees", "businessDay": "2026-10-15", "reason": "The card system was down", "rows": rows(ROW)}


@pytest.fixture
async def town(build_town: BuildTown) -> Town:
    town = await build_town("HAND")
    async with town.open() as session:
        await add_customers(session, [("c1", "One")])
        await add_person(session, "second_steward", None)
        await grant(session, "second_steward", "data_steward", "")
    return town


async def make(town: Town) -> int:
    answer = await town.asks("data_steward")(MAKE, input=ENTRY)
    number: int = made(answer)["entry"]["number"]
    return number


def code(answer: dict[str, Any]) -> tuple[str, str | None]:
    told = refused(answer)
    return told["code"], told.get("reason")


async def close(town: Town, period: str) -> None:
    """A published run of the period."""
    run = str(uuid.uuid4())
    async with town.open() as session:
        await add_approved(session, "closing")
        await add_queued(session, run, period, "closing")
        await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = $1", run)
        await session.execute(
            """UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = '0', results_hash = '0'
               WHERE run = $1""",
            run,
        )
        async with session.acting_as("approver") as approver:
            await publish_run(approver, run)


@pytest.mark.parametrize("role", ["approver", "risk_officer"])
async def test_who_may_not_correct_approves_nothing_of_a_closed_period(town: Town, role: str) -> None:
    await close(town, "2026-10")
    number = await make(town)
    answer = await town.asks(role)(APPROVE, input={"number": number})
    assert fault(answer) == {"code": "FORBIDDEN", "permission": "delivery:correct"}
    listed = (await town.asks("auditor")(LIST))["data"]["entries"]["nodes"]
    assert [(one["status"], one["delivery"]) for one in listed] == [("WAITING", None)]
    steward = await town.asks("second_steward")(APPROVE, input={"number": number})
    assert made(steward)["entry"]["status"] == "APPROVED"


async def test_an_entry_goes_from_its_maker_to_a_delivery_and_back(town: Town) -> None:
    steward, second = town.asks("data_steward"), town.asks("second_steward")
    number = await make(town)
    assert code(await steward(APPROVE, input={"number": number})) == ("FORBIDDEN", "FOUR_EYES")
    approved = made(await second(APPROVE, input={"number": number}))["entry"]
    assert (approved["status"], approved["madeBy"], approved["decidedBy"]) == (
        "APPROVED",
        "data_steward",
        "second_steward",
    )
    assert {cell["name"]: cell["value"] for cell in approved["rows"][0]["cells"]} == ROW
    back = await steward(REVERSE, input={"number": number, "reason": "Booked twice"})
    reversal = made(back)["entry"]
    assert (reversal["status"], reversal["reverses"]) == ("WAITING", number)
    await town.asks("approver")(APPROVE, input={"number": reversal["number"]})
    listed = (await town.asks("auditor")(LIST))["data"]["entries"]
    assert listed["totalCount"] == 2
    shape = f"entry-{number}"
    assert [(node["number"], node["delivery"]) for node in listed["nodes"]] == [
        (reversal["number"], {"shape": shape, "rows": 0, "status": "ACCEPTED"}),
        (number, {"shape": shape, "rows": 1, "status": "SUPERSEDED"}),
    ]


async def test_refusing_and_withdrawing_end_an_entry(town: Town) -> None:
    one, two = await make(town), await make(town)
    no = await town.asks("approver")(REFUSE, input={"number": one, "reason": "No receipt"})
    assert made(no)["entry"]["decision"] == "No receipt"
    withdrawn = await town.asks("data_steward")(WITHDRAW, input={"number": two})
    assert made(withdrawn)["entry"]["status"] == "WITHDRAWN"
    for number in (one, two):
        assert code(await town.asks("approver")(APPROVE, input={"number": number})) == ("CONFLICT", "ENTRY_DECIDED")


@pytest.mark.parametrize(
    "person", ["administrator", "approver", "assessor", "auditor", "branch_head", "manager", "scheme_designer"]
)
async def test_who_may_not_enter_leaves_nothing(town: Town, person: str) -> None:
    unseen(await town.asks(person)(MAKE, input=ENTRY), "Mutation.makeEntry")
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.entries") == []


@pytest.mark.parametrize("person", ["administrator", "assessor", "auditor", "branch_head", "manager"])
async def test_who_may_not_decide_changes_nothing(town: Town, person: str) -> None:
    number = await make(town)
    unseen(await town.asks(person)(APPROVE, input={"number": number}), "Mutation.approveEntry")
    answer = await town.asks(person)(REFUSE, input={"number": number, "reason": "No"})
    unseen(answer, "Mutation.refuseEntry")
    async with town.open() as session:
        [row] = await session.rows("SELECT status FROM bank.entries")
    assert row["status"] == "waiting"


@pytest.mark.parametrize("person", ["manager", "branch_head", "scheme_designer", "nobody"])
async def test_who_may_not_read_entries_sees_none(town: Town, person: str) -> None:
    await make(town)
    answer = await town.asks(person)(LIST)
    unseen(answer, "Query.entries")
    assert "hand-1" not in str(answer)


async def test_another_banks_entry_is_missing(town: Town, there: Town) -> None:
    number = await make(town)
    for query, more in ((APPROVE, {}), (REFUSE, {"reason": "No"})):
        missing = await there.asks("approver")(query, input={"number": number, **more})
        assert code(missing) == ("NOT_FOUND", None)
    assert (await there.asks("approver")(LIST))["data"]["entries"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"fact": "accounts"}, "ENTRY_INVALID"),
        ({"rows": []}, "ENTRY_INVALID"),
        ({"rows": [{"cells": [{"name": "fee", "value": "a"}, {"name": "fee", "value": "b"}]}]}, "ENTRY_INVALID"),
        ({"rows": rows(ROW | {"customer": "stranger"})}, "ENTRY_REFUSED"),
    ],
)
async def test_rows_that_cannot_be_are_refused_and_nothing_is_written(
    town: Town, wrong: dict[str, Any], reason: str
) -> None:
    answer = await town.asks("data_steward")(MAKE, input=ENTRY | wrong)
    assert code(answer) == ("BAD_USER_INPUT", reason)
    if reason == "ENTRY_REFUSED":
        [finding] = refused(answer)["findings"]
        assert (finding["row"], finding["column"], finding["value"]) == (1, "customer", "stranger")
        assert finding["code"] == "CUSTOMER_UNKNOWN"
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.entries") == []
        assert await session.rows("SELECT 1 FROM bank.audit WHERE action LIKE 'entry:%'") == []
