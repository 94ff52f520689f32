"""Changed scorecards over WebSocket: which differ, for whom, and from what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.people.store import add_person, grant, set_active
from tests.schema.results import CARDS, CHANGED, Card, finish, listening, publish, refusal, settled, told

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town
    from tests.schema.wire import Port

PLAIN = """subscription($period: Period!, $manager: String) {
  scorecardChanged(scheme: "s", period: $period, managerCode: $manager) {
    totalCount changes { manager { code } scorecard { points } before { points } } } }"""


def points(cards: tuple[Card, ...], manager: str, more: int = 0, pay: int = 0) -> tuple[Card, ...]:
    """The same cards, one of them with more points (in ten-thousandths) or pay (in fen)."""
    return tuple(
        (code, branch, rank, had + more, paid + pay) if code == manager else (code, branch, rank, had, paid)
        for code, branch, rank, had, paid in cards
    )


def changed(event: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    """Manager → points before and now."""
    return {
        change["manager"]["code"]: (
            change["before"] and change["before"]["points"],
            change["scorecard"] and change["scorecard"]["points"],
        )
        for change in event["changes"]
    }


async def test_a_newer_run_tells_the_scorecards_that_differ_and_what_they_were(port: Port, here: Town) -> None:
    first = await finish(here, "2033-Q1")
    async with listening(port, here, CHANGED, period="2033-Q1") as wire:
        await settled("2033-Q1", wire)
        await wire.silence()  # nothing has changed yet
        second = await finish(here, "2033-Q1", points(CARDS, "m3", more=500, pay=50))
        assert await told(wire) == {
            "run": {"code": second},
            "runBefore": {"code": first},
            "totalCount": 1,
            "changes": [
                {
                    "manager": {"code": "m3"},
                    "scorecard": {"points": "90.0500", "grade": "A", "pay": {"amount": "90.50"}},
                    "before": {"points": "90.0000", "grade": "A", "pay": {"amount": "90.00"}},
                }
            ],
        }
        await finish(here, "2033-Q1", points(CARDS, "m3", more=500, pay=50))  # the same figures
        await wire.silence()
        await finish(here, "2033-Q1", CARDS[:2])
        assert changed(await told(wire)) == {"m3": ("90.0500", "90.0000"), "m4": ("80.0000", None)}


async def test_the_first_run_of_a_period_gives_everybody_a_scorecard(port: Port, here: Town) -> None:
    async with listening(port, here, CHANGED, period="2033-Q2", first=2) as wire:
        await settled("2033-Q2", wire)
        await finish(here, "2033-Q2")
        event = await told(wire)
    assert (event["runBefore"], event["totalCount"]) == (None, 3)
    assert changed(event) == {"m1": (None, "100.0000"), "m3": (None, "90.0000")}


async def test_a_line_that_differs_changes_a_scorecard_whose_total_stays(port: Port, here: Town) -> None:
    await finish(here, "2033-Q3", value=1)
    async with listening(port, here, PLAIN, period="2033-Q3") as wire:
        await settled("2033-Q3", wire)
        await finish(here, "2033-Q3", value=2)
        assert list(changed(await told(wire))) == ["m1", "m3", "m4"]


@pytest.mark.parametrize(
    ("period", "person", "manager", "heard"),
    [
        ("2041", "assessor", None, ["m1", "m3", "m4"]),
        ("2042", "assessor", "m4", ["m4"]),
        ("2043", "branch_head", None, ["m1", "m3"]),
        ("2044", "branch_head", "m1", ["m1"]),
        ("2045", "manager", None, ["m1"]),
        ("2046", "manager", "m1", ["m1"]),
        ("2047", "risk_officer", "m3", ["m3"]),
    ],
)
async def test_everybody_hears_of_the_scorecards_in_his_reach(
    port: Port, here: Town, period: str, person: str, manager: str | None, heard: list[str]
) -> None:
    async with listening(port, here, PLAIN, person, period=period, manager=manager) as wire:
        await settled(period, wire)
        await finish(here, period)
        assert list(changed(await told(wire))) == heard


@pytest.mark.parametrize(
    ("person", "manager"),
    [("manager", "m3"), ("branch_head", "m4"), ("assessor", "only-there"), ("assessor", "none"), ("assessor", "\0")],
)
async def test_a_manager_out_of_reach_is_refused_in_the_words_of_a_missing_one(
    port: Port, here: Town, there: Town, person: str, manager: str
) -> None:
    async with there.open() as session:
        await session.execute(
            "INSERT INTO bank.managers (manager, name) VALUES ('only-there', 'X') ON CONFLICT DO NOTHING"
        )
    async with listening(port, here, PLAIN, person, period="2033-Q1", manager=manager) as wire:
        assert await refusal(wire) == ("There is no such manager.", {"code": "NOT_FOUND"})


async def test_whose_card_is_in_reach_is_followed_though_he_has_left_the_branch(port: Port, here: Town) -> None:
    await finish(here, "2033-H2", (("m4", "B11", 1, 7, 7),))  # m4 sits in B2, and was scored in B11
    async with listening(port, here, PLAIN, "branch_head", period="2033-H2", manager="m4") as wire:
        await settled("2033-H2", wire)
        await finish(here, "2033-H2", (("m4", "B11", 1, 8, 7),))
        assert changed(await told(wire)) == {"m4": ("0.0007", "0.0008")}
        await finish(here, "2033-H2", (("m4", "B2", 1, 9, 7),))
        assert changed(await told(wire)) == {"m4": ("0.0008", None)}


async def test_pay_that_somebody_may_not_see_never_tells_him_that_it_changed(port: Port, here: Town) -> None:
    await finish(here, "2034-Q1")
    async with (
        listening(port, here, PLAIN, "risk_officer", period="2034-Q1") as officer,
        listening(port, here, PLAIN, "scored_designer", period="2034-Q1") as designer,
        listening(port, here, PLAIN, "assessor", period="2034-Q1") as assessor,
    ):
        await settled("2034-Q1", officer, designer, assessor)
        await finish(here, "2034-Q1", points(CARDS, "m4", pay=1))
        assert list(changed(await told(assessor))) == ["m4"]
        await officer.silence()
        await designer.silence()


async def test_what_counts_before_a_publication_is_the_publication_before_it(port: Port, here: Town) -> None:
    first = await finish(here, "2034-Q2")
    await publish(here, first)
    async with listening(port, here, CHANGED, period="2034-Q2", published=True) as wire:
        await settled("2034-Q2", wire, published=True)
        await finish(here, "2034-Q2", points(CARDS, "m1", more=9))  # never published
        third = await finish(here, "2034-Q2", points(CARDS, "m4", more=1))
        await wire.silence()
        await publish(here, third)
        event = await told(wire)
        assert (event["runBefore"]["code"], event["run"]["code"]) == (first, third)
        assert changed(event) == {"m4": ("80.0000", "80.0001")}


async def test_who_may_no_longer_log_in_hears_of_no_change(build_town: BuildTown, port: Port) -> None:
    town = await build_town("GONE")
    async with town.open() as session:
        await add_person(session, "li")
        await grant(session, "li", "assessor")
    async with listening(port, town, PLAIN, "li", period="2031-Q1") as wire:
        await settled("2031-Q1", wire)
        async with town.open() as session:
            await set_active(session, "li", False)
        await finish(town, "2031-Q1")
        assert await wire.end() == (4403, "This person may no longer log in.")


async def test_nothing_is_told_twice_when_roles_of_others_change(port: Port, here: Town) -> None:
    async with listening(port, here, PLAIN, period="2034-Q3") as wire:
        await settled("2034-Q3", wire)
        await finish(here, "2034-Q3")
        await told(wire)
        await _touch(here)
        await wire.silence()


async def _touch(town: Town) -> None:
    for active in (False, True):
        async with town.open() as session:
            await set_active(session, "auditor", active)
