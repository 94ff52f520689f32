"""Limits by installation, bank and role, and the buckets that empty by asking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import ValidationError

from schema.faults import HttpFault
from schema.limit_table import Limits, LimitTable
from schema.rates import Rates
from service.app import create_app
from service.settings import Settings

if TYPE_CHECKING:
    from tests.schema.conftest import House, Town

TABLE = LimitTable.model_validate(
    {
        "cost": 100,
        "roles": {"auditor": {"cost": 500}, "manager": {"cost": 10, "free_text": False}},
        "banks": {"north": {"cost": 200, "roles": {"assessor": {"cost": 300}, "manager": {"cost": 20}}}},
    }
)


@pytest.mark.parametrize(
    ("bank", "roles", "cost"),
    [
        ("south", (), 100),
        ("south", ("approver",), 100),
        ("south", ("auditor",), 500),
        ("south", ("manager",), 10),
        ("south", ("auditor", "manager"), 500),
        ("south", ("approver", "manager"), 100),
        ("north", (), 200),
        ("north", ("auditor",), 200),
        ("north", ("assessor",), 300),
        ("north", ("manager",), 20),
        ("north", ("assessor", "manager"), 300),
    ],
)
def test_of_several_roles_the_widest_limit_holds(bank: str, roles: tuple[str, ...], cost: int) -> None:
    assert TABLE.of(bank, roles).cost == cost
    assert TABLE.of(bank, roles).depth == Limits().depth


def test_free_text_is_the_installations_word_unless_a_line_says_otherwise() -> None:
    assert not TABLE.of("south", ("manager",)).free_text
    assert TABLE.of("south", ("assessor", "manager")).free_text
    assert Settings().limit_table.of("any", ()).free_text
    closed = Settings(
        free_text=False, limits=LimitTable.model_validate({"roles": {"administrator": {"free_text": True}}})
    )
    assert not closed.limit_table.of("any", ("manager",)).free_text
    assert closed.limit_table.of("any", ("administrator",)).free_text


@pytest.mark.parametrize(
    "table",
    [
        {"cots": 1},
        {"cost": 0},
        {"depth": 51},
        {"fields": 1001},
        {"deadline_seconds": 0},
        {"roles": {"boss": {"cost": 1}}},
        {"banks": {"north": {"roles": {"boss": {}}}}},
        {"roles": {"auditor": {"roles": {}}}},
    ],
)
def test_a_table_nobody_could_mean_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LimitTable.model_validate(table)


def test_the_longest_deadline_of_all_lines_is_what_postgresql_allows() -> None:
    assert LimitTable().longest_deadline == 30
    lines = {"deadline_seconds": 5, "banks": {"north": {"roles": {"auditor": {"deadline_seconds": 90}}}}}
    assert LimitTable.model_validate(lines).longest_deadline == 90


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _refused(ask: Any, *given: Any) -> str | None:
    """The Retry-After of a refusal; None without."""
    try:
        ask(*given)
    except HttpFault as fault:
        return fault.headers["Retry-After"]
    return None


def test_requests_come_back_as_the_minute_passes() -> None:
    clock, limits = Clock(), Limits(requests_a_minute=6)
    rates = Rates(clock)
    assert [_refused(rates.request, 1, "li", limits) for _ in range(7)] == [None] * 6 + ["10"]
    clock.now += 9.9
    assert _refused(rates.request, 1, "li", limits) == "1"
    clock.now += 0.2
    assert [_refused(rates.request, 1, "li", limits) for _ in range(2)] == [None, "10"]
    clock.now += 3600
    assert [_refused(rates.request, 1, "li", limits) for _ in range(7)] == [None] * 6 + ["10"]


def test_one_persons_requests_are_nobody_elses_but_count_for_the_bank() -> None:
    clock, limits = Clock(), Limits(requests_a_minute=6, bank_requests_a_minute=8)
    rates = Rates(clock)
    for _ in range(6):
        rates.request(1, "li", limits)
    assert _refused(rates.request, 1, "li", limits) == "10"
    assert [_refused(rates.request, 1, "wang", limits) for _ in range(3)] == [None, None, "8"]
    assert _refused(rates.request, 2, "li", limits) is None


def test_who_finds_something_left_may_take_more_and_owes_it() -> None:
    clock, limits = Clock(), Limits(cost_a_minute=600)
    rates = Rates(clock)
    for _ in range(2):
        rates.request(1, "li", limits)
        rates.cost(1, "li", limits, 500)  # 600 - 500 = 100, then 100 - 500 = -400: 40 seconds of 10 a second
    assert _refused(rates.request, 1, "li", limits) == "40"
    assert _refused(rates.known, 1, "li") == "40"
    assert _refused(rates.known, 1, "wang") is None
    clock.now += 40
    assert _refused(rates.known, 1, "li") is None
    assert _refused(rates.request, 1, "li", limits) is None


async def test_who_asks_too_often_is_429_with_a_time_to_retry_and_others_are_answered(here: Town, house: House) -> None:
    limits = LimitTable.model_validate({"roles": {"assessor": {"requests_a_minute": 2}}})
    transport = httpx.ASGITransport(create_app(house, limits=limits))
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        asker = replace(here.asks("assessor"), client=client)
        answers = [await asker.post({"query": "{ me { code } }"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 29 <= int(answers[2].headers["retry-after"]) <= 30
        [error] = answers[2].json()["errors"]
        assert error["extensions"] == {"code": "RATE_LIMITED"}
        assert (
            error["message"]
            == f"Too much was asked for within a minute: try again in {answers[2].headers['retry-after']} s."
        )
        other = await replace(here.asks("auditor"), client=client).post({"query": "{ me { code } }"})
        assert other.status_code == 200


async def test_who_costs_too_much_waits_until_it_is_paid(here: Town, house: House) -> None:
    limits = LimitTable.model_validate({"bank_cost_a_minute": 60})
    transport = httpx.ASGITransport(create_app(house, limits=limits))
    query = {"query": "{ runs { nodes { code } } }"}  # 101 points: 41 owed, at one a second
    async with httpx.AsyncClient(transport=transport, base_url="http://meritgraph") as client:
        first = await replace(here.asks("assessor"), client=client).post(query)
        second = await replace(here.asks("auditor"), client=client).post(query)
    assert first.status_code == 200
    assert (second.status_code, second.headers["retry-after"]) == (429, "41")
