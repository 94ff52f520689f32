"""Every page of the TypeScript package opens on the real server for exactly the roles docs/front-end.md names."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from graphql import parse, validate

from core.people.roles import ROLES
from schema.query import make_schema
from tests.clients.demonstration import Demonstration
from tests.clients.pages import documents, openers
from tests.schema.wire import Port

PAGES = documents()
QUERIES = sorted(name for name, text in PAGES.items() if text.startswith("query"))


def test_every_document_has_its_row_on_the_page() -> None:
    assert sorted(openers()) == sorted(PAGES)
    assert {role for roles in openers().values() for role in roles} <= set(ROLES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_document_is_valid(name: str) -> None:
    assert validate(make_schema()._schema, parse(PAGES[name])) == []


@pytest.fixture(scope="module")
def run(demo: Demonstration) -> str:
    """The id of the newest complete run."""
    nodes = demo.ask("assessor", PAGES["Runs"])["data"]["runs"]["nodes"]
    return next(str(node["id"]) for node in nodes if node["status"] == "COMPLETE")


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_the_roles_it_is_for_and_no_other(demo: Demonstration, run: str, role: str, name: str) -> None:
    answer = demo.ask(role, PAGES[name], _variables(demo, run, role))
    opened = "errors" not in answer and None not in answer["data"].values()
    assert opened is (role in openers()[name]), answer.get("errors")


def _variables(demo: Demonstration, run: str, role: str) -> dict[str, Any]:
    """What all pages may ask for. Who reads scorecards asks for the best manager he sees."""
    board = demo.ask(role, PAGES["Leaderboard"], {"run": run, "first": 1}).get("data") or {}
    manager = board["scorecards"]["nodes"][0]["manager"]["code"] if board.get("scorecards") else "N010301"
    return {"run": run, "manager": manager, "period": "2026-Q3", "locale": "zh-CN"}


@pytest.mark.parametrize("role", ROLES)
async def test_a_run_is_followed_by_the_roles_that_may(demo: Demonstration, run: str, role: str) -> None:
    address = urlsplit(demo.address)
    assert address.port is not None
    async with Port(address.port).open() as wire:
        await wire.greet(demo.tokens["north", role])
        await wire.say(type="subscribe", id="1", payload={"query": PAGES["FollowRun"], "variables": {"run": run}})
        heard = await wire.hear()
    followed = heard["type"] == "next" and heard["payload"]["data"]["runProgress"]["status"] == "COMPLETE"
    assert followed is (role in openers()["FollowRun"]), heard


def _changed(demo: Demonstration, name: str, role: str, input: dict[str, Any]) -> Any:
    """What a change gave; the field of an answer without errors."""
    answer = demo.ask(role, PAGES[name], {"input": input})
    assert "errors" not in answer, answer
    return next(iter(answer["data"].values()))


def _started(demo: Demonstration) -> str:
    started = _changed(demo, "StartRun", "assessor", {"scheme": "quarterly", "period": "2026-Q2"})
    assert started["__typename"] == "StartRunPayload", started
    return str(started["run"]["id"])


def test_a_run_is_started_followed_and_published(demo: Demonstration) -> None:
    run = _started(demo)
    for _ in range(600):
        state = demo.ask("assessor", PAGES["RunDetail"], {"run": run})["data"]["run"]
        if state["status"] not in ("QUEUED", "RUNNING"):
            break
    assert state["status"] == "COMPLETE", state
    assert _changed(demo, "PublishRun", "approver", {"runId": run})["run"]["isInForce"] is True
    again = _changed(demo, "PublishRun", "approver", {"runId": run})
    assert (again["code"], again["reason"]) == ("CONFLICT", "RUN_ALREADY_PUBLISHED")


def test_a_run_is_called_off(demo: Demonstration) -> None:
    off = _changed(demo, "CancelRun", "assessor", {"runId": _started(demo)})
    assert off["run"]["status"] == "CANCELLED"


def test_shares_are_looked_at_before_they_change(demo: Demonstration) -> None:
    held = demo.ask("administrator", PAGES["SharesAndTargets"], {"manager": "N010301"})["data"]["manager"]
    customer = held["shares"]["nodes"][0]["customer"]
    holders = [{"manager": "N010303", "share": "1"}]
    change = {"from": "2027-01-01", "customers": [{"customer": customer, "holders": holders}]}
    looked = _changed(demo, "SetShares", "administrator", {**change, "dryRun": True})
    assert looked["changes"]
    made = _changed(demo, "SetShares", "administrator", {**change, "expectedVersion": looked["version"]})
    assert made["changes"] == looked["changes"]
    stale = _changed(demo, "SetShares", "administrator", {**change, "expectedVersion": looked["version"]})
    assert (stale["__typename"], stale["current"]) == ("VersionConflict", made["version"])


def test_a_target_is_agreed(demo: Demonstration) -> None:
    target = {"manager": "N010301", "indicator": "deposits.daily_average", "target": "12.5"}
    made = _changed(demo, "SetTargets", "administrator", {"period": "2027-Q1", "targets": [target]})
    assert Decimal(made["targets"][0]["target"]) == Decimal("12.5")
    wrong = _changed(demo, "SetTargets", "administrator", {"period": "2027-Q1", "targets": [target | {"manager": "?"}]})
    assert (wrong["__typename"], wrong["row"], wrong["manager"]) == ("TargetRefusal", 1, "?")


def test_a_file_is_handed_in(demo: Demonstration) -> None:
    named = _changed(demo, "ImportDelivery", "data_steward", {"file": "nobodys.csv", "dryRun": True})
    assert named["__typename"] in ("Refused", "InvalidInput")


INPUTS = {
    "CancelRun": {"runId": "none"},
    "ImportDelivery": {"file": "none.csv"},
    "PublishRun": {"runId": "none"},
    "SetShares": {"from": "2027-01-01", "customers": []},
    "SetTargets": {"period": "2027-Q1", "targets": []},
    "StartRun": {"scheme": "none", "period": "2026-Q3"},
}
"""Of every change an input by which nothing changes."""


@pytest.mark.parametrize("name", INPUTS)
def test_a_change_is_for_nobody_but_its_roles(demo: Demonstration, name: str) -> None:
    assert sorted(INPUTS) == sorted(one for one in PAGES if PAGES[one].startswith("mutation"))
    answers = {role: demo.ask(role, PAGES[name], {"input": INPUTS[name]}) for role in ROLES}
    assert {role for role, answer in answers.items() if "errors" not in answer} == set(openers()[name]), answers
