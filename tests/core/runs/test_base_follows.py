"""Whose base an increment has, end to end: a share that ended before the period still counts in the base period."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.errors import SchemeInvalid
from core.managers.staff import NewManager, add_managers
from core.numbers import fraction_text
from core.periods import Period
from core.plugins.store import catalogue
from core.runs.evidence_page import EvidenceAsked
from core.runs.replay import replay
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.shares.store import NewShare, add_shares
from tenants.binding import Door
from tests.core.runs.place import JANUARY, SCHEME, Place

INCREMENT = "deposits.daily_average_increment"
SEPTEMBER = Period.parse("2026-09")


async def approve(place: Place, door: Door, parameters: dict[str, Any]) -> None:
    async with place.open() as session:
        offered = await catalogue(session, place.host)
        body = SCHEME | {"parameters": parameters}
        version = await save_scheme(session, body, offered.indicators, offered.point_rules)
        await submit_scheme(session, "test", version)
    async with door.open(place.open.bank, "approver") as session:
        await approve_scheme(session, "test", version)


async def test_the_base_stays_with_who_gave_the_customer_up_before_the_period(place: Place, door: Door) -> None:
    await approve(place, door, {"deposits": {"base_follows": "manager"}})
    run = await place.run(SEPTEMBER)
    values = await place.values(run)
    # c1 has 1,000; m1 held it until 14 August, m2 since. c2 has 920 in both months, 60 % of it m1's.
    # m1: 0 + 552 − (1,000 × 14 ÷ 31 + 552) = −451.612903…; m2: 1,000 − 1,000 × 17 ÷ 31.
    assert values[INCREMENT, "m1"] == "-451.612903"
    assert values[INCREMENT, "m2"] == "451.612903"
    assert values[INCREMENT, "-"] == "0.000000"
    assert (await replay(place.open, place.host, place.store, place.workshop, run)).same
    page = await place.page(run, EvidenceAsked("m1", INCREMENT, 50))
    assert page.per is not None
    counted = sum((row.counted for row in page.rows), Fraction(0))
    assert fraction_text(counted / page.per, 6) == values[INCREMENT, "m1"]
    assert [(row.first, row.until) for row in page.rows if row.customer == "c1"] == [
        (date(2026, 8, 1), date(2026, 8, 15))
    ]


async def test_by_default_the_base_follows_the_customer(place: Place) -> None:
    values = await place.values(await place.run(SEPTEMBER))
    assert {values[INCREMENT, who] for who in ("m1", "m2", "m3", "-")} == {"0.000000"}


async def test_who_left_before_the_period_is_no_finding_of_it(place: Place) -> None:
    async with place.open() as session:
        await add_managers(session, [NewManager("gone", "gone", "B1", "manager", "1", JANUARY, date(2026, 8, 20))])
        await add_shares(session, [NewShare("c2", "gone", 400_000, JANUARY, date(2026, 8, 20))])
    run = await place.run(SEPTEMBER)
    async with place.open() as session:
        found = await session.rows("SELECT code, subject FROM bank.findings WHERE run = $1", run)
    assert "gone" not in {row["subject"] for row in found}


async def test_a_scheme_that_sets_what_nobody_knows_is_refused(place: Place, door: Door) -> None:
    with pytest.raises(SchemeInvalid, match=r"parameters\.deposits\.base_folows: The plugin has no such parameter"):
        await approve(place, door, {"deposits": {"base_folows": "manager"}})
    async with place.open() as session:
        versions = await session.rows("SELECT version FROM bank.scheme_versions")
    assert len(versions) == 1
