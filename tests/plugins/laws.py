"""What tests of laws share: facts of a few rows in a quarter, customers that change hands, one way to measure."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Protocol

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from core.cases.days import share_table
from core.cases.facts import read_tables
from core.cases.stand import CaseEngine
from core.indicators.indicator import Ratio
from core.indicators.measure import Setting, measure_alike
from core.indicators.value import Measured, Value
from core.periods import Period
from core.plugins.host import Host
from core.plugins.parameters import in_force
from core.shares.days import ShareSpan

HOST = Host.installed()
CATALOGUE = HOST.catalogue(HOST.plugins)
QUARTER = Period.parse("2026-Q3")
MANAGERS = ("m1", "m2", "m3")
CUSTOMERS = ("c1", "c2", "c3")
LAW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

Facts = Mapping[str, Any]


class Measure(Protocol):
    """Measures indicators of facts written as in a case; `own`: parameters of their plugin."""

    def __call__(self, *codes: str, facts: Facts, shares: list[ShareSpan], **own: Any) -> list[Measured]: ...


class MeasureOne(Protocol):
    """The same of one indicator."""

    def __call__(self, code: str, facts: Facts, shares: list[ShareSpan], **own: Any) -> Measured: ...


def measuring(engine: CaseEngine) -> Measure:
    """Indicators of one rows function, in one go."""

    def run(*codes: str, facts: Facts, shares: list[ShareSpan], **own: Any) -> list[Measured]:
        group = [CATALOGUE.indicators[code] for code in codes]
        setting = Setting(
            engine=engine.engine,
            facts=read_tables(facts, CATALOGUE.fact_tables, 2),
            shares=share_table(shares),
            period=QUARTER,
            managers=MANAGERS,
            digits=2,
            parameters=in_force(group, {group[0].plugin: own}, QUARTER, 2),
        )
        return measure_alike(group, setting)

    return run


days = st.dates(QUARTER.first - timedelta(3), QUARTER.last + timedelta(3))
customer = st.sampled_from(CUSTOMERS)
manager = st.sampled_from(MANAGERS)
amount = st.integers(0, 10**12).map(str)


def numbered(name: str, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to six rows, the first column their number."""
    rows = st.lists(st.fixed_dictionaries(columns), max_size=6)
    return rows.map(lambda made: [{name: f"k{number}"} | row for number, row in enumerate(made)])


@st.composite
def holdings(draw: st.DrawFn) -> list[ShareSpan]:
    """Each customer is handed over on some day, perhaps with a gap, and never given away more than once."""
    spans = []
    for code in CUSTOMERS:
        turn, gap = draw(days), draw(st.integers(0, 10))
        parts = [Fraction(draw(st.integers(1, 500_000)), 10**6) for _ in range(3)]
        spans += [
            ShareSpan(code, "m1", parts[0], date(2026, 1, 1), turn),
            ShareSpan(code, "m2", parts[1], turn + timedelta(gap), date(9999, 12, 31)),
            ShareSpan(code, "m3", parts[2], date(2026, 1, 1), date(9999, 12, 31)),
        ]
    return spans


def assert_parts_are_the_bank(measured: Measured, code: str) -> None:
    """Managers and the unattributed add up to the bank, on N and, of a ratio, on D."""
    assert sum(part.numerator for part in parts_of(measured)) == measured.bank.numerator
    if isinstance(CATALOGUE.indicators[code].fold, Ratio):
        assert sum(part.denominator for part in parts_of(measured)) == measured.bank.denominator


def parts_of(measured: Measured) -> list[Value]:
    """What the managers have, and the rest."""
    return [*measured.managers.values(), measured.unattributed]
