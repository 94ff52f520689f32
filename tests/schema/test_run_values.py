"""What a run measured of the whole bank: figures by hand, and only to whoever reads every scorecard."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from service.app import create_app
from tests.approved import add_queued
from tests.schema.test_reads import WatchedDoor
from tests.schema.unseen import unseen
from tests.schema.wire import move

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, House, Town

QUERY = """query($id: ID!) { run(id: $id) {
  values { indicator { code unit } managers unattributed bank notApplicable notApplicableBecause } } }"""
# indicator: owner → N, D, reason. A daily average over 92 days; a ratio of which m2 has nothing below the line; one
# that nobody has; one that is combined of others, each with a denominator of its own.
STORED: dict[str, dict[str, tuple[int, int, str | None]]] = {
    "deposits.daily_average": {
        "m1": (78672, 92, None),
        "m2": (47000, 92, None),
        "unattributed": (22448, 92, None),
        "bank": (148120, 92, None),
    },
    "loans.yield": {
        "m1": (300, 60, None),
        "m2": (10, 0, "no_loan_balance"),
        "unattributed": (90, 40, None),
        "bank": (400, 100, None),
    },
    "risk.npl_ratio": dict.fromkeys(("m1", "m2", "unattributed", "bank"), (0, 0, "no_loans")),
    "test.combined": {"m1": (1, 2, None), "m2": (0, 1, None), "unattributed": (1, 3, None), "bank": (5, 6, None)},
}
MONEY, PERCENT = "MONEY", "PERCENT"


def shown(
    code: str, unit: str | None, *figures: str | None, reason: str | None = None, words: str | None = None
) -> Any:
    names = ("managers", "unattributed", "bank")
    told = {"notApplicable": reason, "notApplicableBecause": words}
    return {"indicator": {"code": code, "unit": unit}, **dict(zip(names, figures, strict=True)), **told}


@pytest.fixture(scope="module")
async def town(build_town: BuildTown) -> Town:
    """Runs `r1` to `r3`, complete, and `half`, which is not."""
    built = await build_town("WHOLE")
    for run in ("r1", "r2", "r3", "half"):
        async with built.open() as session:
            await add_queued(session, run)
        await move(built, run)
        async with built.open() as session:
            for indicator, owners in STORED.items():
                for owner, (numerator, denominator, reason) in owners.items():
                    of_all = owner in ("unattributed", "bank")
                    await session.execute(
                        """INSERT INTO bank.run_values (run, indicator, owner, manager, numerator, denominator,
                               not_applicable) VALUES ($1, $2, $3, $4, $5, $6, $7)""",
                        run,
                        indicator,
                        owner if of_all else "manager",
                        "" if of_all else owner,
                        Decimal(numerator),
                        Decimal(denominator),
                        reason,
                    )
        if run != "half":
            await move(built, run, status="complete", stage="complete")
    return built


async def test_managers_and_unattributed_are_the_bank_of_a_sum(town: Town) -> None:
    answer = await town.asks("auditor")(QUERY, id="r1")
    assert "errors" not in answer, answer
    assert answer["data"]["run"]["values"] == [
        # (78,672 + 47,000) ÷ 92 = 1,366; 22,448 ÷ 92 = 244; 148,120 ÷ 92 = 1,610 = 1,366 + 244.
        shown("deposits.daily_average", MONEY, "1366.000000", "244.000000", "1610.000000"),
        # (300 + 10) ÷ 60 = 5.1666…; 90 ÷ 40; 400 ÷ 100: above and below the line the parts add up.
        shown("loans.yield", PERCENT, "5.166667", "2.250000", "4.000000"),
        shown("risk.npl_ratio", PERCENT, None, None, None, reason="no_loans", words="no loans"),
        shown("test.combined", None, None, "0.333333", "0.833333"),
    ]


async def test_a_run_that_is_not_complete_has_no_values(town: Town) -> None:
    answer = await town.asks("auditor")(QUERY, id="half")
    assert answer["data"] == {"run": {"values": []}}


@pytest.mark.parametrize(
    "role", ["approver", "assessor", "auditor", "risk_officer", "scheme_designer", "scored_designer"]
)
async def test_whoever_reads_every_scorecard_reads_them(town: Town, role: str) -> None:
    answer = await town.asks(role)(QUERY, id="r1")
    assert len(answer["data"]["run"]["values"]) == len(STORED)


@pytest.mark.parametrize("role", ["branch_head", "data_steward", "manager"])
async def test_for_whoever_reads_some_scorecards_or_none_there_are_no_values(town: Town, role: str) -> None:
    unseen(await town.asks(role)(QUERY, id="r1"), "Run.values")


async def test_another_bank_has_other_values_under_the_same_codes(town: Town, there: Town) -> None:
    missing = await there.asks("auditor")(QUERY, id=town.id("Run", "r1"))
    assert missing["data"] == {"run": None}
    assert missing["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    theirs = await there.asks("auditor")(QUERY, id="run-complete")
    assert theirs["data"] == {"run": {"values": []}}


async def test_the_values_of_many_runs_are_one_statement(town: Town, house: House) -> None:
    counted = []
    for first in (1, 6):
        door = WatchedDoor(house.engine)
        transport = httpx.ASGITransport(create_app(replace(house, door=door)))
        async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
            query = f"{{ runs(first: {first}) {{ nodes {{ values {{ indicator {{ code }} unattributed }} }} }} }}"
            answer = await replace(town.asks("auditor"), client=client)(query)
        assert "errors" not in answer, answer
        counted.append(sum("bank.run_values" in statement for statement in door.statements))
    assert counted == [1, 1]
