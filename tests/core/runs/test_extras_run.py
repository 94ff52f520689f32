"""A run with bonus, deduction and steps, from a stored scheme to stored lines, replayed."""

from copy import deepcopy
from typing import Any

from core.plugins.store import catalogue
from core.points.catalogue import BUILT_IN
from core.runs.explain import explain
from core.runs.lines import lines_by_card
from core.runs.replay import replay
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from tenants.binding import Door
from tests.core.runs.place import SCHEME, Place

LABELS = {"en": "S", "zh": "项"}


def sheet() -> dict[str, Any]:
    """The daily average by steps, fees by target, a bonus for every 1,000 yuan lent, 1.5 off for each per cent."""
    body: dict[str, Any] = deepcopy(SCHEME)
    main = body["sections"][0]["lines"]
    main[0] |= {
        "rule": "points_tiered",
        "parameters": {
            "tiers": [{"at_least": "500", "share_of_base": "0.5"}, {"at_least": "100", "share_of_base": "0.1"}]
        },
    }
    body["sections"] += [
        {
            "code": "bonus",
            "labels": LABELS,
            "kind": "bonus",
            "limit": "3",
            "lines": [
                {"indicator": "loans.granted", "rule": "points_bonus", "parameters": {"points": "0.001", "limit": "9"}}
            ],
        },
        {
            "code": "conduct",
            "labels": LABELS,
            "kind": "deduction",
            "lines": [
                {
                    "indicator": "risk.npl_ratio",
                    "rule": "points_deduction",
                    "parameters": {"points": "1.5", "limit": "6"},
                }
            ],
        },
    ]
    body["measures"] = ["deposits.period_end_balance"]
    body["pay"] = {"rule": "pool_by_grade", "pool": "100.00"}
    return body


async def approved(place: Place, door: Door) -> None:
    """The sheet as the newest approved version of the scheme "test"."""
    async with place.open() as session:
        offered = await catalogue(session, place.host)
        version = await save_scheme(session, sheet(), offered.indicators, offered.point_rules)
        await submit_scheme(session, "test", version)
    async with door.open(place.open.bank, "approver") as session:
        await approve_scheme(session, "test", version)


async def test_a_run_by_steps_bonus_and_deduction_is_stored_explained_and_replayed(place: Place, door: Door) -> None:
    earlier = await place.run()
    await approved(place, door)
    run = await place.run()
    async with place.open() as session:
        lines = (await lines_by_card(session, [(run, "m1")]))[run, "m1"]
        cards = await session.rows("SELECT points_e4, pay_minor FROM bank.scorecards WHERE run = $1", run)
    by_indicator = {line.indicator: line for line in lines}
    bonus = by_indicator["loans.granted"]
    # m1 held c1 when 4,000.00 were lent: 4 points, of which the section counts 3
    assert (bonus.base_e4, bonus.points_e4, bonus.inputs["section_limit"]) == (0, 30_000, "3.0000")
    assert explain(bonus.rule, bonus.inputs, None, bonus.points_e4, BUILT_IN).formula == "F9"
    steps = by_indicator["deposits.daily_average"]
    # (1,000.00 × 45 days + 920.00 × 61 days × 0.6) ÷ 92 = 855.130434…, above the step of 500: 60 × 0.5
    assert (steps.points_e4, steps.inputs["reached"]) == (300_000, "500")
    conduct = by_indicator["risk.npl_ratio"]
    assert conduct.points_e4 <= 0
    assert sum(card["pay_minor"] or 0 for card in cards) == 100_00
    for each in (run, earlier):
        again = await replay(place.open, place.host, place.store, place.workshop, each)
        assert (again.same, again.differences) == (True, ())


async def test_a_deduction_is_stored_below_zero(place: Place, door: Door) -> None:
    await approved(place, door)
    run = await place.run()
    async with place.open() as session:
        found = await session.rows(
            "SELECT points_e4, base_e4 FROM bank.score_lines WHERE run = $1 AND section = 'conduct' AND points_e4 < 0",
            run,
        )
    # a fifth of what c1 owes is lost, and whoever held c1 on the last day loses 6 points at most
    assert [tuple(row) for row in found] == [(-60_000, 0)]
