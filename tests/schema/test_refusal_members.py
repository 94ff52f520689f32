"""What each change answers where it is refused: a member of its union, and nothing is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, parse, validate

from schema.query import make_schema
from tests.schema.change_place import CASES, FEES, Place, furnished
from tests.schema.changing import MUTATIONS, SCHEMA, change, fault, members, refused
from tests.schema.conftest import BuildTown, House
from tests.schema.test_changes import SHEET


@pytest.fixture(scope="module")
async def place(build_town: BuildTown, house: House) -> Place:
    """A bank that every test leaves as it was."""
    return await furnished(await build_town("REFUSE"), house)


def cells(**row: str) -> dict[str, Any]:
    return {"rows": [{"cells": [{"name": name, "value": value} for name, value in row.items()]}]}


TARGET = {"manager": "m9", "indicator": "deposits.daily_average", "target": "1"}
SHARES = [{"customer": "c1", "holders": [{"manager": "m1", "share": "1.5"}]}]

REFUSALS: list[tuple[str, str, dict[str, Any], str, str, str | None]] = [
    ("approveEntry", "", {"number": 0}, "Refused", "NOT_FOUND", None),
    ("approveEntry", "data_steward", {}, "FourEyesRefusal", "FORBIDDEN", "FOUR_EYES"),
    ("approveEntry", "", {"number": "counted"}, "Refused", "CONFLICT", "ENTRY_DECIDED"),
    ("approveScheme", "", {"scheme": "no"}, "Refused", "NOT_FOUND", None),
    ("approveScheme", "", {"version": 2}, "Refused", "CONFLICT", "SCHEME_NOT_SUBMITTED"),
    ("approveScheme", "janus", {}, "FourEyesRefusal", "FORBIDDEN", "FOUR_EYES"),
    ("cancelRun", "", {"runId": "no"}, "Refused", "NOT_FOUND", None),
    ("cancelRun", "", {"runId": "run-complete"}, "Refused", "CONFLICT", "RUN_NOT_CANCELLABLE"),
    ("changeSettings", "", {"setAsidePercent": "101"}, "InvalidInput", "BAD_USER_INPUT", "SETTING_INVALID"),
    ("changeSettings", "", {"expectedVersion": "x"}, "VersionConflict", "CONFLICT", "VERSION_CONFLICT"),
    ("disablePlugin", "", {"plugin": "deposits"}, "Refused", "CONFLICT", "PLUGIN_IN_USE"),
    ("disablePlugin", "", {"plugin": "\0"}, "Refused", "BAD_USER_INPUT", "PLUGIN_UNKNOWN"),
    ("enablePlugin", "", {"plugin": "nothing"}, "Refused", "BAD_USER_INPUT", "PLUGIN_UNKNOWN"),
    ("importDelivery", "", {"file": "no.csv"}, "Refused", "NOT_FOUND", None),
    ("importDelivery", "", {"file": None}, "Refused", "BAD_USER_INPUT", "FILE_MISSING"),
    ("importDelivery", "", {"mapping": "fact: ["}, "InvalidInput", "BAD_USER_INPUT", "MAPPING_INVALID"),
    ("importDelivery", "", {"control": {"rows": -1}}, "InvalidInput", "BAD_USER_INPUT", "TERMS_INVALID"),
    ("importDelivery", "", {"mapping": None}, "Refused", "BAD_USER_INPUT", "FEED_UNKNOWN"),
    ("makeEntry", "", {"reason": ""}, "Refused", "BAD_USER_INPUT", "ENTRY_INVALID"),
    ("makeEntry", "", cells(fee="f", amount="ten"), "EntryRefusal", "BAD_USER_INPUT", "ENTRY_REFUSED"),
    ("publishRun", "janus", {"runId": "run-of-janus"}, "FourEyesRefusal", "FORBIDDEN", "FOUR_EYES"),
    ("publishRun", "", {"runId": "no"}, "Refused", "NOT_FOUND", None),
    ("publishRun", "", {"runId": "run-running"}, "Refused", "CONFLICT", "RUN_NOT_COMPLETE"),
    (
        "registerDocuments",
        "",
        {"documents": [{"text": "{ no }"}]},
        "InvalidInput",
        "BAD_USER_INPUT",
        "DOCUMENT_INVALID",
    ),
    ("registerDocuments", "", {"documents": [{"text": ""}] * 1001}, "Refused", "BAD_USER_INPUT", "TOO_MANY_DOCUMENTS"),
    ("removeDocuments", "", {"sha256": ["x"] * 1001}, "Refused", "BAD_USER_INPUT", "TOO_MANY_DOCUMENTS"),
    ("refuseEntry", "data_steward", {}, "FourEyesRefusal", "FORBIDDEN", "FOUR_EYES"),
    ("refuseEntry", "", {"number": 0}, "Refused", "NOT_FOUND", None),
    ("removeFeed", "", {"code": "no"}, "Refused", "NOT_FOUND", None),
    ("removeFeed", "", {"expectedVersion": "x"}, "VersionConflict", "CONFLICT", "VERSION_CONFLICT"),
    ("reverseEntry", "", {"number": "waiting"}, "Refused", "CONFLICT", "ENTRY_NOT_IN_FORCE"),
    ("saveFeed", "", {"mapping": "fact: ["}, "InvalidInput", "BAD_USER_INPUT", "MAPPING_INVALID"),
    ("saveFeed", "", {"code": "No Code"}, "InvalidInput", "BAD_USER_INPUT", "FEED_INVALID"),
    ("saveFeed", "", {"code": "old", "expectedVersion": ""}, "VersionConflict", "CONFLICT", "VERSION_CONFLICT"),
    ("saveScheme", "", {"body": "{"}, "InvalidInput", "BAD_USER_INPUT", "SCHEME_UNREADABLE"),
    ("saveScheme", "", {"body": "{}", "dryRun": True}, "InvalidInput", "BAD_USER_INPUT", "SCHEME_INVALID"),
    ("saveScheme", "", {"expectedVersion": 2}, "VersionConflict", "CONFLICT", "VERSION_CONFLICT"),
    ("setShares", "", {"customers": SHARES}, "ShareRefusal", "BAD_USER_INPUT", "SHARE_OUT_OF_RANGE"),
    ("setShares", "", {"expectedVersion": "x"}, "VersionConflict", "CONFLICT", "VERSION_CONFLICT"),
    ("setShares", "", {"customers": [SHARES[0]] * 2}, "ShareRefusal", "BAD_USER_INPUT", "CUSTOMER_TWICE"),
    ("setTargets", "", {"targets": [TARGET]}, "TargetRefusal", "BAD_USER_INPUT", "TARGET_REFUSED"),
    ("setTargets", "", {"targets": [TARGET] * 5001}, "Refused", "BAD_USER_INPUT", "TARGETS_TOO_MANY"),
    (
        "setTargets",
        "",
        {"targets": [TARGET | {"manager": "m1", "expectedVersion": "x"}]},
        "VersionConflict",
        "CONFLICT",
        "VERSION_CONFLICT",
    ),
    ("startRun", "", {"period": "9998-Q1"}, "Refused", "BAD_USER_INPUT", "PERIOD_IN_FUTURE"),
    ("startRun", "", {"scheme": "no"}, "Refused", "NOT_FOUND", None),
    ("submitScheme", "", {"version": 3}, "Refused", "CONFLICT", "SCHEME_NOT_DRAFT"),
    ("submitScheme", "", {"version": 99}, "Refused", "NOT_FOUND", None),
    ("withdrawEntry", "second_steward", {}, "Refused", "FORBIDDEN", "NOT_THE_MAKER"),
    ("withdrawEntry", "", {"number": 0}, "Refused", "NOT_FOUND", None),
]


@pytest.mark.parametrize("key", [None, "k"])
@pytest.mark.parametrize(("name", "person", "wrong", "kind", "code", "reason"), REFUSALS)
async def test_a_refusal_is_an_answer_and_leaves_everything_as_it_was(
    place: Place,
    name: str,
    person: str,
    wrong: dict[str, Any],
    kind: str,
    code: str,
    reason: str | None,
    key: str | None,
) -> None:
    numbers = {"counted": place.counted, "waiting": place.entries[0]}
    changed = {field: numbers.get(value, value) if isinstance(value, str) else value for field, value in wrong.items()}
    before = await place.state()
    told = refused(await place.ask(name, key, person, **changed))
    assert (told["__typename"], told["code"], told.get("reason")) == (kind, code, reason)
    assert await place.state() == before
    assert (place.folder / "b.csv").exists()


def test_every_change_has_its_refusals_in_the_table() -> None:
    listed = {(name, kind) for name, _, _, kind, _, _ in REFUSALS}
    left = {(name, kind) for name in CASES for kind in list(members(name))[1:]} - listed
    # A closed period needs a published one, see test_changes; the intake looks at an approved entry's rows once more.
    assert left == {
        ("approveEntry", "EntryRefusal"),
        ("approveEntry", "PeriodClosed"),
        ("saveFeed", "Refused"),
        ("saveScheme", "Refused"),
        ("changeSettings", "Refused"),
        ("setShares", "PeriodClosed"),
        ("setShares", "Refused"),
        ("setTargets", "PeriodClosed"),
    }


def test_every_refusal_is_one_and_can_be_asked_for_beside_all_others_of_its_change() -> None:
    interface = SCHEMA.type_map["Refusal"]
    assert isinstance(interface, GraphQLInterfaceType)
    implementing = set(SCHEMA.get_implementations(interface).objects)
    for name in MUTATIONS:
        payload, *others = members(name).values()
        assert payload.name.endswith("Payload")
        assert "Refused" in members(name)
        assert set(others) <= implementing
        assert validate(make_schema()._schema, parse(change(name))) == []


async def test_want_of_a_permission_stays_an_error(place: Place) -> None:
    before = await place.state()
    answer = await place.ask("startRun", person="auditor")
    assert "StartRunPayload" not in str(answer.get("data"))
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes in ({"FORBIDDEN"}, {"GRAPHQL_VALIDATION_FAILED"})  # for whom it does not exist it cannot be asked
    reason = await place.ask("setShares", reason="Late", **{"from": "2020-01-01"})
    assert fault(reason) == {"code": "FORBIDDEN", "permission": "delivery:correct"}
    assert await place.state() == before


async def test_a_scheme_that_is_wrong_in_many_places_is_told_in_all(place: Place) -> None:
    told = refused(await place.ask("saveScheme", body=json.dumps(SHEET | {"measures": ["no.such"], "colour": "red"})))
    assert [(one["path"], one["code"]) for one in told["problems"]] == [
        ("colour", "FIELD_UNKNOWN"),
        ("measures[0]", "INDICATOR_UNKNOWN"),
    ]
    assert all(one["message"] for one in told["problems"])


async def test_rows_that_cannot_be_are_told_by_row_and_column(place: Place) -> None:
    told = refused(await place.ask("makeEntry", **cells(**FEES | {"amount": "ten"})))
    assert [(one["row"], one["column"], one["value"]) for one in told["findings"]] == [(1, "amount", "ten")]
