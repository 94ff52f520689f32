"""Small assessments: three indicators, exact values by text."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.facts.store import FactStore
from core.indicators.indicator import Direction, Indicator, Labels, Sum, Unit
from core.indicators.value import Measured, Value, Values
from core.indicators.workshop import Workshop
from core.managers.staff import NewManager, add_managers
from core.plugins.host import Host
from core.plugins.store import catalogue, enable
from core.points.catalogue import BUILT_IN
from core.runs.assess import Assessment, assess
from core.runs.scorecard import RunManager
from core.schemes.scheme import Scheme, read_scheme
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget, set_targets
from tenants.binding import Door, Opener
from tests.core.runs.place import FILES, JANUARY, QUARTER, SCHEME, Place

PERIOD_DAYS = 90
INDICATORS = {
    code: Indicator(code, Labels(code, code), Unit.MONEY, Direction.HIGHER_IS_BETTER, Sum(), rows=None)
    for code in ("p.a", "p.b", "p.c", "p.d", "p.shown")
}

MakeScheme = Callable[..., Scheme]
Assess = Callable[..., Assessment]


def _line(indicator: str, base: str) -> dict[str, Any]:
    return {"indicator": indicator, "base": base, "rule": "points_proportional"}


@pytest.fixture
def make_scheme() -> MakeScheme:
    """Sections of indicator → base, all in proportion to target; other parts of the body as keywords."""

    def make(sections: list[dict[str, str]] | None = None, **more: Any) -> Scheme:
        chosen = sections or [{"p.a": "60", "p.b": "40"}]
        body: dict[str, Any] = {
            "code": "sheet",
            "labels": {"en": "Sheet", "zh": "考核表"},
            "base_total": str(sum(Decimal(base) for lines in chosen for base in lines.values())),
            "sections": [
                {
                    "code": f"s{number}",
                    "labels": {"en": "S", "zh": "项"},
                    "lines": [_line(indicator, base) for indicator, base in lines.items()],
                }
                for number, lines in enumerate(chosen)
            ],
        }
        return read_scheme(body | more, INDICATORS, BUILT_IN, 2)

    return make


def _value(text: str) -> Value:
    """An exact number, or the reason why there is none."""
    if text.startswith("no_"):
        return Value(0, 0, text)
    exact = Fraction(text)
    return Value(exact.numerator, exact.denominator)


@pytest.fixture
def assess_with(make_scheme: MakeScheme) -> Assess:
    """assess_with({manager: {indicator: value}}): every target is 100 unless `targets` says otherwise."""

    def run(
        values: Mapping[str, Mapping[str, str]],
        scheme: Scheme | None = None,
        targets: Mapping[tuple[str, str], tuple[Decimal, bool]] | None = None,
        days: Mapping[str, int] | None = None,
        branches: Mapping[str, str] | None = None,
    ) -> Assessment:
        scheme = scheme or make_scheme()
        managers = [
            RunManager(code, (branches or {}).get(code, "B1"), "manager", "", (days or {}).get(code, PERIOD_DAYS))
            for code in values
        ]
        measured: Values = {
            indicator: Measured(
                indicator,
                {code: _value(values[code].get(indicator, "0")) for code in values},
                Value(0, 1),
                Value(0, 1),
            )
            for indicator in scheme.indicators
        }
        if targets is None:
            targets = {(code, indicator): (Decimal(100), True) for code in values for indicator in scheme.indicators}
        return assess(measured, scheme, targets, managers, BUILT_IN, PERIOD_DAYS)

    return run


@pytest.fixture
async def place(open_bank: Opener, door: Door, tmp_path: Path) -> Place:
    host = Host.installed()
    place = Place(open_bank, host, FactStore(tmp_path / "facts"), Workshop("512MB", 1, 1), tmp_path)
    async with open_bank() as session:
        for code in ("deposits", "intermediate_income", "loans", "risk"):
            await enable(session, host, code)
        await add_branches(
            session,
            [NewBranch("B0", None, "head_office", "Head", "总行"), NewBranch("B1", "B0", "branch", "One", "一")],
        )
        await add_managers(session, [NewManager(m, m, "B1", "manager", "1", JANUARY) for m in ("m1", "m2", "m3")])
        await add_customers(session, [("c1", "One"), ("c2", "Two")])
        # c1 goes from m1 to m2 on 15 August; m1 holds 60 % of c2 and nobody the rest.
        handover = date(2026, 8, 15)
        await add_shares(
            session,
            [
                NewShare("c1", "m1", 1_000_000, JANUARY, handover),
                NewShare("c1", "m2", 1_000_000, handover),
                NewShare("c2", "m1", 600_000, JANUARY),
            ],
        )
        await set_targets(
            session,
            QUARTER,
            [NewTarget(m, "deposits.daily_average", Decimal(500)) for m in ("m1", "m2", "m3")]
            + [NewTarget(m, "intermediate_income.total", Decimal(20)) for m in ("m1", "m2", "m3")],
        )
        offered = await catalogue(session, host)
        version = await save_scheme(session, SCHEME, offered.indicators, offered.point_rules)
        await submit_scheme(session, "test", version)
    async with door.open(open_bank.bank, "approver") as session:
        await approve_scheme(session, "test", version)
    for fact, content in FILES.items():
        assert await place.deliver(fact, content) == "accepted"
    return place
