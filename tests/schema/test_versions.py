"""An update that would undo somebody else's is refused where the version that was read is given."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.schema.change_place import HOLDERS, TARGET, Place, furnished
from tests.schema.changing import change, made, refused
from tests.schema.conftest import BuildTown, House
from tests.schema.test_changes import SHEET


@pytest.fixture
async def place(build_town: BuildTown, house: House) -> Place:
    return await furnished(await build_town("VERSION"), house)


async def conflict(place: Place, name: str, **changed: Any) -> dict[str, Any]:
    """What is refused as overtaken; nothing is written."""
    before = await place.state()
    told = refused(await place.ask(name, **changed))
    assert await place.state() == before
    assert (told.pop("__typename"), told.pop("code"), told.pop("reason")) == (
        "VersionConflict",
        "CONFLICT",
        "VERSION_CONFLICT",
    )
    return told


async def read(place: Place, person: str, query: str) -> Any:
    answer = await place.town.asks(person)(query)
    assert "errors" not in answer, answer
    return answer["data"]


async def test_the_settings(place: Place) -> None:
    old = (await read(place, "administrator", "{ settings { version } }"))["settings"]["version"]
    new = made(await place.ask("changeSettings", expectedVersion=old))["settings"]["version"]
    assert new != old
    assert await conflict(place, "changeSettings", expectedVersion=old, missing="TELL") == {"current": new}
    now = (await read(place, "administrator", "{ settings { version missing } }"))["settings"]
    assert now == {"version": new, "missing": "STOP"}
    made(await place.ask("changeSettings", expectedVersion=new, missing="TELL"))
    back = made(await place.ask("changeSettings", late=None, missing=None, ledgerTolerance=None))
    assert back["settings"]["version"] == old  # as it was, so nothing is lost


async def test_a_feed(place: Place) -> None:
    assert await conflict(place, "saveFeed", expectedVersion="x") == {"current": ""}
    saved = made(await place.ask("saveFeed", expectedVersion=""))["feed"]["version"]
    listed = (await read(place, "data_steward", "{ feeds { nodes { code version } } }"))["feeds"]["nodes"]
    assert {one["code"]: one["version"] for one in listed}["core"] == saved
    assert await conflict(place, "saveFeed", expectedVersion="", labelEn="Mine") == {"current": saved}
    newer = made(await place.ask("saveFeed", expectedVersion=saved, labelEn="Mine"))["feed"]["version"]
    assert await conflict(place, "removeFeed", code="core", expectedVersion=saved) == {"current": newer}
    made(await place.ask("removeFeed", code="core", expectedVersion=newer))
    gone = refused(await place.ask("removeFeed", code="core", expectedVersion=newer))
    assert gone == {"__typename": "Refused", "code": "NOT_FOUND"}


async def test_a_scheme(place: Place) -> None:
    assert await conflict(place, "saveScheme", expectedVersion=2) == {"current": "3"}
    assert made(await place.ask("saveScheme", expectedVersion=3))["version"]["version"] == 4
    assert await conflict(place, "saveScheme", expectedVersion=3) == {"current": "4"}
    new = json.dumps(SHEET | {"code": "new"})
    assert await conflict(place, "saveScheme", body=new, expectedVersion=1) == {"current": "0"}
    assert made(await place.ask("saveScheme", body=new, expectedVersion=0))["version"]["version"] == 1
    assert await conflict(place, "saveScheme", body=new, expectedVersion=0) == {"current": "1"}


async def test_targets_one_by_one(place: Place) -> None:
    def given(*targets: tuple[str, str | None, str | None]) -> list[dict[str, Any]]:
        return [
            TARGET | {"manager": manager, "target": target, "expectedVersion": version}
            for manager, target, version in targets
        ]

    [first] = made(await place.ask("setTargets", targets=given(("m1", "1000.50", ""))))["targets"]
    shown = await read(place, "administrator", '{ targets(period: "2026-Q4") { nodes { version } } }')
    assert shown["targets"]["nodes"] == [{"version": first["version"]}]
    told = await conflict(place, "setTargets", targets=given(("m2", "5", ""), ("m1", "6", "")))
    assert told == {"current": first["version"], "position": 2}
    both = given(("m2", "5", ""), ("m1", "6", first["version"]))
    [_, second] = made(await place.ask("setTargets", targets=both))["targets"]
    # 1000.5 is 1000.50: what is equal has one version.
    [again] = made(await place.ask("setTargets", targets=given(("m1", "1000.5", second["version"]))))["targets"]
    assert again["version"] == first["version"]
    made(await place.ask("setTargets", targets=given(("m1", None, first["version"]))))
    told = await conflict(place, "setTargets", targets=given(("m1", "7", first["version"])))
    assert told == {"current": "", "position": 1}


async def test_shares_as_a_dry_run_showed_them(place: Place) -> None:
    looked = made(await place.ask("setShares", dryRun=True))["version"]
    mine = made(await place.ask("setShares", expectedVersion=looked))["version"]
    assert mine != looked
    turned = [HOLDERS[0] | {"holders": [{"manager": "m4", "share": "1"}]}]
    assert await conflict(place, "setShares", customers=turned, expectedVersion=looked) == {"current": mine}
    assert made(await place.ask("setShares", customers=turned, dryRun=True))["version"] == mine
    made(await place.ask("setShares", customers=turned, expectedVersion=mine))


async def test_of_two_who_read_the_same_one_is_refused(place: Place) -> None:
    settings = (await read(place, "administrator", "{ settings { version } }"))["settings"]["version"]
    shares = made(await place.ask("setShares", dryRun=True))["version"]
    other = [HOLDERS[0] | {"holders": [{"manager": "m4", "share": "1"}]}]
    target = TARGET | {"expectedVersion": ""}
    races: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("changeSettings", {"expectedVersion": settings}, {"expectedVersion": settings, "missing": "TELL"}),
        ("saveFeed", {"expectedVersion": ""}, {"expectedVersion": "", "labelEn": "Other"}),
        ("saveScheme", {"expectedVersion": 3}, {"expectedVersion": 3, "submit": True}),
        ("setShares", {"expectedVersion": shares}, {"expectedVersion": shares, "customers": other}),
        ("setTargets", {"targets": [target]}, {"targets": [target | {"target": "7"}]}),
    ]
    for name, one, two in races:
        answers = await asyncio.gather(place.ask(name, **one), place.ask(name, **two))
        kinds = sorted(answer["data"][name]["__typename"] for answer in answers)
        assert kinds == sorted([f"{name[0].upper()}{name[1:]}Payload", "VersionConflict"]), name


async def test_asked_again_under_its_key_a_change_has_not_overtaken_itself(place: Place) -> None:
    first = made(await place.ask("saveScheme", "k", expectedVersion=3))
    assert made(await place.ask("saveScheme", "k", expectedVersion=3)) == first


def test_versions_are_asked_for_where_something_is_changed_in_place() -> None:
    assert all(
        "VersionConflict" in change(name)
        for name in ("changeSettings", "removeFeed", "saveFeed", "saveScheme", "setShares", "setTargets")
    )
