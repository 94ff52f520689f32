"""What a refused change says: words of ours, with the place a form can mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.schema.changing import refused, sentence
from tests.schema.test_changes import SAVE, SHARES, TARGETS, fails, holders, trail

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, Town


@pytest.fixture
async def town(build_town: BuildTown) -> Town:
    """A bank with one customer."""
    town = await build_town("SENTENCE")
    async with town.open() as session:
        await session.execute("INSERT INTO bank.customers (customer, name) VALUES ('c1', 'One')")
    return town


async def test_a_scheme_that_is_a_list_is_told_so_in_our_words(town: Town) -> None:
    answer = await town.asks("scheme_designer")(SAVE, input={"body": "- a\n- b\n"})
    problems = refused(answer)["problems"]
    assert ("", "TYPE_WRONG", "Write names with their values.") in [
        (one["path"], one["code"], one["message"]) for one in problems
    ]


async def test_a_share_that_is_too_fine_is_told_without_an_exponent(town: Town) -> None:
    answer = await town.asks("administrator")(SHARES, input=holders("2026-01-01", ("m1", "0.0000001")))
    assert sentence(answer) == "Customer c1, manager m1: 0.0000001 has more than 6 decimal places."


async def test_a_target_of_an_unknown_manager_is_told_by_its_row(town: Town) -> None:
    target = {"manager": "m9", "indicator": "deposits.daily_average", "target": "1"}
    answer = await town.asks("administrator")(TARGETS, input={"period": "2026-Q4", "targets": [target]})
    assert sentence(answer) == ("Target 1, manager 'm9', indicator 'deposits.daily_average': there is no such manager.")


@pytest.mark.parametrize(
    "target",
    [
        {"manager": "m9", "indicator": "deposits.daily_average", "target": "1"},
        {"manager": "m1", "indicator": "visits.made", "target": "1"},
        {"manager": "m1", "indicator": "loans.granted", "target": "1"},  # a plugin the bank has not enabled
        {"manager": "m\0", "indicator": "deposits.daily_average", "target": "1"},
    ],
)
async def test_a_target_of_nobody_or_nothing_is_refused(town: Town, target: dict[str, str]) -> None:
    right = {"manager": "m1", "indicator": "deposits.daily_average", "target": "1"}
    told = await fails(town, "administrator", TARGETS, period="2026-Q4", targets=[right, target])
    who = {"row": 2, "manager": target["manager"], "indicator": target["indicator"]}
    assert told == {"__typename": "TargetRefusal", "code": "BAD_USER_INPUT", "reason": "TARGET_REFUSED"} | who
    assert await trail(town) == []
    async with town.open() as session:
        assert await session.rows("SELECT 1 FROM bank.targets") == []
