"""The same change under the same key is answered alike and made once, whoever races with whom."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from graphql import GraphQLInputObjectType, get_named_type
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.answers.store import Asked, keep, recall
from core.people.store import grant, revoke
from core.session import BankSession
from service.sweeping import sweep_all
from tests.schema.change_place import CASES, HOLDERS, Place, furnished
from tests.schema.changing import MUTATIONS, change, fault, made, refused, sentence
from tests.schema.conftest import BuildTown, House
from tests.service.mailroom import MAPPING

REUSED = {"__typename": "Refused", "code": "CONFLICT", "reason": "IDEMPOTENCY_KEY_REUSED"}
RECORDS = {"approveEntry": 2, "changeSettings": 2}
"""Of a change asked once: an approval is a delivery too, and each setting has its record."""


@pytest.fixture
async def place(build_town: BuildTown, house: House) -> Place:
    return await furnished(await build_town("ONCE"), house)


async def answers(place: Place) -> list[tuple[str, str, str]]:
    """Person, change and key of what was kept."""
    async with place.town.open() as session:
        found = await session.rows("SELECT person, mutation, key FROM bank.answers ORDER BY person, mutation, key")
    return [tuple(row) for row in found]


def test_every_change_takes_a_key_and_has_a_case() -> None:
    assert sorted(CASES) == sorted(MUTATIONS)
    for name, field in MUTATIONS.items():
        input = get_named_type(field.args["input"].type)
        assert isinstance(input, GraphQLInputObjectType)
        assert str(input.fields["idempotencyKey"].type) == "String", name


@pytest.mark.parametrize("name", CASES)
async def test_asked_again_it_is_answered_alike_and_made_once(place: Place, name: str) -> None:
    before = await place.records()
    first = made(await place.ask(name, "k"))
    assert await place.records() > before
    after = await place.state()
    assert made(await place.ask(name, "k")) == first
    assert refused(await place.ask(name, "k", **CASES[name].other)) == REUSED
    assert await place.state() == after
    assert await answers(place) == [(CASES[name].person, name, "k")]


@pytest.mark.parametrize("name", CASES)
async def test_of_two_that_race_one_makes_the_change_and_both_have_its_answer(place: Place, name: str) -> None:
    before = await place.records()
    one, two = await asyncio.gather(place.ask(name, "k"), place.ask(name, "k"))
    assert made(one) == made(two)
    assert await place.records() == before + RECORDS.get(name, 1)
    assert await answers(place) == [(CASES[name].person, name, "k")]


async def test_of_two_other_changes_that_race_under_one_key_one_is_refused(place: Place) -> None:
    answers = await asyncio.gather(place.ask("startRun", "k"), place.ask("startRun", "k", period="2026-Q2"))
    kinds = sorted(answer["data"]["startRun"]["__typename"] for answer in answers)
    assert kinds == ["Refused", "StartRunPayload"]
    async with place.town.open() as session:
        found = await session.row("SELECT count(*) FROM bank.runs WHERE scheme = 'sheet'")
    assert found is not None
    assert found[0] == 1


async def waits(asking: asyncio.Task[Any], session: BankSession) -> bool:
    """Whether a statement waits for the session's transaction."""
    for _ in range(100):
        await session.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees who was there at first
        blocked = await session.row(
            "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        if blocked and blocked[0]:
            return not asking.done()
        await asyncio.sleep(0.05)
    return False


async def digest_of(place: Place, name: str) -> str:
    """How the input of a change is told from others, as the change itself wrote it down."""
    made(await place.ask(name, "digest"))
    async with place.town.open() as session:
        found = await session.row("SELECT input_sha256 FROM bank.answers WHERE key = 'digest'")
    return str(found[0]) if found else ""


async def test_the_second_waits_for_the_first_and_answers_as_it(place: Place) -> None:
    digest = await digest_of(place, "startRun")
    records = await place.records()
    async with place.town.open("assessor") as session:
        asked = Asked("startRun", "k", digest)
        assert await recall(session, asked) is None
        asking = asyncio.create_task(place.ask("startRun", "k"))
        assert await waits(asking, session)
        await keep(session, asked, {"run": "run-complete"})
    assert made(await asking)["run"]["code"] == "run-complete"
    assert await place.records() == records


async def test_the_second_goes_on_where_the_first_came_to_nothing(place: Place) -> None:
    digest = await digest_of(place, "startRun")
    records = await place.records()
    with pytest.raises(ZeroDivisionError):
        async with place.town.open("assessor") as session:
            assert await recall(session, Asked("startRun", "k", digest)) is None
            asking = asyncio.create_task(place.ask("startRun", "k"))
            assert await waits(asking, session)
            raise ZeroDivisionError
    assert made(await asking)["run"]["period"] == "2026-Q1"
    assert await place.records() == records + 1


async def test_another_persons_key_is_another_key(place: Place) -> None:
    one = made(await place.ask("saveScheme", "k"))
    two = made(await place.ask("saveScheme", "k", person="scored_designer"))
    assert (one["version"]["version"], two["version"]["version"]) == (4, 5)
    assert await answers(place) == [("scheme_designer", "saveScheme", "k"), ("scored_designer", "saveScheme", "k")]


async def test_another_banks_key_is_another_key(place: Place, build_town: BuildTown, house: House) -> None:
    other = await furnished(await build_town("OTHER"), house)
    mine, theirs = made(await place.ask("startRun", "k")), made(await other.ask("startRun", "k"))
    assert mine["run"]["code"] != theirs["run"]["code"]
    assert await answers(place) == await answers(other) == [("assessor", "startRun", "k")]


async def test_one_key_may_stand_for_several_changes(place: Place) -> None:
    for name in ("enablePlugin", "disablePlugin", "setTargets", "changeSettings"):
        made(await place.ask(name, "k"))
    assert len(await answers(place)) == 4


async def test_two_changes_of_one_document_under_one_key_are_one(place: Place) -> None:
    one = """startRun(input: {scheme: "sheet", period: "2026-Q1", idempotencyKey: "k"}) {
      ... on StartRunPayload { run { code } } }"""
    answer = await place.town.asks("assessor")(f"mutation {{ a: {one} b: {one} }}")
    assert answer["data"]["a"] == answer["data"]["b"]


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "\0", "\u200b"])
async def test_what_is_no_key_is_refused(place: Place, key: str) -> None:
    before = await place.state()
    answer = await place.ask("changeSettings", key)
    assert refused(answer) == {"__typename": "Refused", "code": "BAD_USER_INPUT", "reason": "KEY_INVALID"}
    assert sentence(answer) == "An idempotency key has 1 to 200 printable characters."
    assert await place.state() == before


@pytest.mark.parametrize("key", ["x" * 200, "钥匙 1", "'; DROP TABLE bank.answers; --"])
async def test_any_printable_text_is_a_key(place: Place, key: str) -> None:
    first = made(await place.ask("startRun", key))
    assert made(await place.ask("startRun", key)) == first


async def test_a_refusal_keeps_no_key(place: Place) -> None:
    async with place.town.open() as session:
        await session.execute("UPDATE bank.runs SET status = 'running' WHERE run = 'run-running'")
    refusal = refused(await place.ask("publishRun", "k", runId="run-running"))
    assert refusal == {"__typename": "Refused", "code": "CONFLICT", "reason": "RUN_NOT_COMPLETE"}
    assert await answers(place) == []
    async with place.town.open() as session:
        await session.execute(
            """UPDATE bank.runs SET status = 'complete', finished_at = now(), inputs_hash = 'x', results_hash = 'x'
               WHERE run = 'run-running'"""
        )
    assert made(await place.ask("publishRun", "k", runId="run-running"))["run"]["publishedBy"] == "approver"


async def test_a_dry_run_keeps_nothing_and_leaves_the_key_free(place: Place) -> None:
    before = await place.state()
    for name in ("setShares", "saveScheme", "registerDocuments"):
        made(await place.ask(name, "k", dryRun=True))
    assert await place.state() == before
    assert made(await place.ask("setShares", "k"))["changes"]
    assert made(await place.ask("saveScheme", "k"))["version"]["version"] == 4
    # And once the key is used, looking is still only looking.
    assert made(await place.ask("setShares", "k", dryRun=True))["changes"] == []


async def test_a_dry_run_of_a_delivery_is_an_arrival_and_has_a_key(place: Place) -> None:
    first = made(await place.ask("importDelivery", "k", dryRun=True))
    assert made(await place.ask("importDelivery", "k", dryRun=True)) == first
    assert refused(await place.ask("importDelivery", "k")) == REUSED
    assert (place.folder / "b.csv").exists()


async def test_the_same_said_otherwise_is_the_same(place: Place) -> None:
    first = made(await place.ask("setShares", "k"))
    other = [{"customer": "c1", "holders": [{"share": "0.600", "manager": "m1"}, {"share": "0.4", "manager": "m2"}]}]
    again = await place.ask("setShares", "k", customers=other, dryRun=False, reason="", expectedVersion=None)
    assert made(again) == first
    turned = [{"customer": "c1", "holders": list(reversed(HOLDERS[0]["holders"]))}]
    assert refused(await place.ask("setShares", "k", customers=turned)) == REUSED


async def test_left_out_and_taken_back_are_two_inputs(place: Place) -> None:
    made(await place.ask("changeSettings", "k"))
    assert refused(await place.ask("changeSettings", "k", missing=None)) == REUSED


async def test_who_lost_his_permission_hears_no_old_answer(place: Place) -> None:
    made(await place.ask("startRun", "k"))
    async with place.town.open() as session:
        assert await revoke(session, "assessor", "assessor")
        await grant(session, "assessor", "auditor")
    answer = await place.ask("startRun", "k")
    assert fault(answer) if answer.get("data") else answer["errors"]
    assert "2026-Q1" not in str(answer.get("data"))


async def test_answers_are_signed_said_once_and_stay_a_week(place: Place) -> None:
    made(await place.ask("startRun", "k"))
    refusals = [
        ("assessor", "DELETE FROM bank.answers", "stays"),
        ("assessor", "UPDATE bank.answers SET answer = '{}'", "stays"),
        ("assessor", "UPDATE bank.answers SET input_sha256 = 'x'", "permission denied"),
        ("assessor", "UPDATE bank.answers SET answered_at = '2020-01-01'", "permission denied"),
        (
            "approver",
            "INSERT INTO bank.answers (person, mutation, key, input_sha256) VALUES ('assessor', 'a', 'b', 'c')",
            "is who acts",
        ),
    ]
    before = await place.state()
    for person, statement, told in refusals:
        with pytest.raises(asyncpg.PostgresError, match=told):
            async with place.town.open(person) as session:
                await session.execute(statement)
    assert await place.state() == before


@pytest.mark.parametrize(
    ("age", "forgotten"), [(timedelta(days=7, minutes=-1), False), (timedelta(days=7, minutes=1), True)]
)
async def test_after_a_week_a_key_is_free_again(
    place: Place, owner: AsyncEngine, age: timedelta, forgotten: bool
) -> None:
    first = made(await place.ask("startRun", "k"))
    async with owner.begin() as connection:
        await connection.execute(
            text("SELECT set_config('meritgraph.bank', :bank, true)"), {"bank": str(place.town.bank.id)}
        )
        await connection.execute(text("ALTER TABLE bank.answers DISABLE TRIGGER USER"))
        await connection.execute(
            text("UPDATE bank.answers SET answered_at = now() - CAST(:age AS interval)"), {"age": age}
        )
        await connection.execute(text("ALTER TABLE bank.answers ENABLE TRIGGER USER"))
    await sweep_all(place.house)  # type: ignore[arg-type]
    again = made(await place.ask("startRun", "k"))
    assert (again == first) is (not forgotten)


async def test_an_upload_is_told_by_what_is_in_it(place: Place) -> None:
    async def sent(content: str) -> dict[str, Any]:
        given = {"upload": None, "mapping": json.dumps(MAPPING), "businessDay": "2026-09-05", "idempotencyKey": "k"}
        asker = place.town.asks("data_steward")
        form = {
            "operations": json.dumps(
                {"query": change("importDelivery", "arrival { number }"), "variables": {"input": given}}
            ),
            "map": json.dumps({"0": ["variables.input.upload"]}),
        }
        headers = asker.headers | {"apollo-require-preflight": "true"}
        response = await asker.client.post("/graphql", data=form, files={"0": ("b.csv", content)}, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    first = made(await sent("account,balance\na1,1\n"))
    assert made(await sent("account,balance\na1,1\n")) == first
    assert refused(await sent("account,balance\na1,2\n")) == REUSED
