"""Measuring: shares by day, folds, what no rows mean, what a broken plugin does. Tiny tables, real engine."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import PluginError
from core.indicators.engine import Engine
from core.indicators.expressions import event_rows, span_rows
from core.indicators.indicator import Derived, Direction, Indicator, Labels, Ratio, Sum, Unit, calendar_days
from core.indicators.measure import Setting, derive, in_order, measure
from core.periods import FOREVER, Period

SEPTEMBER = Period.parse("2026-09")
NAMES = Labels("Test", "测试")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("bank"), "256MB", 1)
    yield engine
    engine.close()


class Tables:
    """Facts from lists."""

    def __init__(self, **tables: list[dict[str, Any]]) -> None:
        self.tables = tables

    def table(self, name: str, period: Period) -> Any:
        columns = {
            "customer": pa.string(),
            "ref": pa.string(),
            "first": pa.date32(),
            "until": pa.date32(),
            "amount": pa.int64(),
            "whole": pa.int64(),
        }
        rows = self.tables[name]
        return ibis.memtable(pa.table({c: pa.array([row.get(c) for row in rows], t) for c, t in columns.items()}))


def indicator(fold: Any, rows: Any = None, no_rows: str | None = None, unit: Unit = Unit.MONEY) -> Indicator:
    def spans(facts: Any, period: Period, parameters: Any) -> Any:
        table = facts.table("spans", period)
        return span_rows(table, table.amount, table.ref, table.whole)

    return Indicator("test.measure", NAMES, unit, Direction.HIGHER_IS_BETTER, fold, rows or spans, no_rows=no_rows)


def shares_table(rows: list[tuple[str, str, date, date, int]]) -> Any:
    names = ("customer", "manager", "first", "until", "share_ppm")
    types = (pa.string(), pa.string(), pa.date32(), pa.date32(), pa.int64())
    columns = zip(*rows, strict=True) if rows else [()] * 5
    return ibis.memtable(pa.table({n: pa.array(list(c), t) for n, c, t in zip(names, columns, types, strict=True)}))


def setting(engine: Engine, facts: Any, shares: Any, managers: tuple[str, ...] = ("m1", "m2")) -> Setting:
    return Setting(engine, facts, shares_table(shares), SEPTEMBER, managers, 2, {})


def span(customer: str, first: int, until: int, amount: int, whole: int = 0) -> dict[str, Any]:
    end = date(2026, 10, 1) if until == 31 else date(2026, 9, until)
    return {
        "customer": customer, "ref": f"{customer}-{first}", "first": date(2026, 9, first), "until": end,
        "amount": amount, "whole": whole,
    }  # fmt: skip


ALWAYS = (date(2026, 1, 1), FOREVER)


def test_a_customer_handed_over_is_split_by_days(engine: Engine) -> None:
    # 3,000.00 all month; m1 holds it for 10 of 30 days: 3000 × 10 ÷ 30 = 1000, m2 the rest: 2000.
    facts = Tables(spans=[span("c1", 1, 31, 300_000)])
    shares = [
        ("c1", "m1", date(2026, 1, 1), date(2026, 9, 11), 1_000_000),
        ("c1", "m2", date(2026, 9, 11), FOREVER, 1_000_000),
    ]
    found = measure(indicator(Sum(calendar_days)), setting(engine, facts, shares))
    assert {m: v.text() for m, v in found.managers.items()} == {"m1": "1000.000000", "m2": "2000.000000"}
    assert found.unattributed.text() == "0.000000"


def test_what_nobody_holds_is_unattributed_and_the_parts_add_up(engine: Engine) -> None:
    # 100.00 with 0.35 held, 50.00 of a customer nobody holds: 100 × 0.65 + 50 = 115.
    facts = Tables(spans=[span("c1", 1, 31, 10_000), span("c2", 1, 31, 5_000)])
    found = measure(indicator(Sum(calendar_days)), setting(engine, facts, [("c1", "m1", *ALWAYS, 350_000)]))
    assert found.managers["m1"].text() == "35.000000"
    assert found.unattributed.text() == "115.000000"
    assert found.bank.text() == "150.000000"
    assert sum(v.numerator for v in found.managers.values()) + found.unattributed.numerator == found.bank.numerator


def test_shares_of_who_is_not_scored_are_unattributed(engine: Engine) -> None:
    facts = Tables(spans=[span("c1", 1, 31, 10_000)])
    found = measure(indicator(Sum(calendar_days)), setting(engine, facts, [("c1", "gone", *ALWAYS, 1_000_000)]))
    assert found.unattributed.text() == "100.000000"
    assert set(found.managers) == {"m1", "m2"}


@pytest.mark.parametrize(("no_rows", "text"), [(None, "0.000000"), ("no_spans", None)])
def test_no_rows_mean_what_the_indicator_says(engine: Engine, no_rows: str | None, text: str | None) -> None:
    found = measure(indicator(Sum(), no_rows=no_rows), setting(engine, Tables(spans=[]), []))
    assert found.managers["m1"].text() == text
    assert found.managers["m1"].not_applicable == no_rows


def test_a_ratio_weighs_both_sides_by_share_and_days(engine: Engine) -> None:
    # m1: (0.5 × 10 × 30 days + 1 × 30 × 10 days) ÷ (0.5 × 100 × 30 + 1 × 100 × 10) = 450 ÷ 2500 = 18 %.
    facts = Tables(spans=[span("c1", 1, 31, 10, 100), span("c2", 1, 11, 30, 100)])
    shares = [("c1", "m1", *ALWAYS, 500_000), ("c2", "m1", *ALWAYS, 1_000_000)]
    found = measure(indicator(Ratio(100), unit=Unit.PERCENT, no_rows="nothing"), setting(engine, facts, shares))
    assert found.managers["m1"].text() == "18.000000"
    assert found.managers["m2"].not_applicable == "nothing"


def test_a_managers_own_row_counts_whole(engine: Engine) -> None:
    def own(facts: Any, period: Period, parameters: Any) -> Any:
        table = facts.table("spans", period)
        rows = event_rows(table, table["first"], table.amount, table.ref)
        return rows.mutate(manager=ibis.literal("m2"), customer=ibis.null().cast("string"))

    found = measure(indicator(Sum(), own, unit=Unit.COUNT), setting(engine, Tables(spans=[span("x", 3, 4, 7)]), []))
    assert (found.managers["m1"].text(), found.managers["m2"].text()) == ("0.000000", "7.000000")


def test_amounts_beyond_64_bits_stay_exact(engine: Engine) -> None:
    # 10^18 fen × 30 days × 10^6 ppm is far beyond 2^63.
    facts = Tables(spans=[span("c1", 1, 31, 10**18 + 1)])
    found = measure(indicator(Sum(calendar_days)), setting(engine, facts, [("c1", "m1", *ALWAYS, 1_000_000)]))
    assert found.managers["m1"].exact == Fraction(10**18 + 1, 100)


def test_a_plugin_that_raises_is_named(engine: Engine) -> None:
    def broken(facts: Any, period: Period, parameters: Any) -> Any:
        return 1 // 0

    with pytest.raises(
        PluginError, match=r"Plugin test failed while measuring test\.measure: ZeroDivisionError"
    ) as caught:
        measure(indicator(Sum(), broken), setting(engine, Tables(), []))
    assert caught.value.code == "PLUGIN_FAILED"
    assert caught.value.fields == {"plugin": "test", "indicator": "test.measure"}


def test_a_plugin_whose_rows_lack_a_column_is_named(engine: Engine) -> None:
    def short(facts: Any, period: Period, parameters: Any) -> Any:
        return facts.table("spans", period).select("customer")

    with pytest.raises(PluginError, match=r"test\.measure"):
        measure(indicator(Sum(), short), setting(engine, Tables(spans=[]), []))


def test_a_derived_indicator_is_a_linear_combination(engine: Engine) -> None:
    facts = Tables(spans=[span("c1", 1, 31, 10_000)])
    base = measure(indicator(Sum(calendar_days)), setting(engine, facts, [("c1", "m1", *ALWAYS, 1_000_000)]))
    third = Indicator(
        "test.third", NAMES, Unit.MONEY, Direction.HIGHER_IS_BETTER, Derived({"test.measure": Fraction(1, 3)}), None
    )
    found = derive(third, {"test.measure": base})
    assert found.managers["m1"].exact == Fraction(100, 3)
    assert found.bank.exact == Fraction(100, 3)


def test_a_derivation_in_a_circle_is_refused() -> None:
    one = Indicator("test.a", NAMES, Unit.COUNT, Direction.HIGHER_IS_BETTER, Derived({"test.b": Fraction(1)}), None)
    two = Indicator("test.b", NAMES, Unit.COUNT, Direction.HIGHER_IS_BETTER, Derived({"test.a": Fraction(1)}), None)
    with pytest.raises(PluginError, match="circle"):
        in_order(["test.a"], {"test.a": one, "test.b": two})


@given(
    amounts=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=5),
    ppm=st.lists(st.integers(1, 333_333), min_size=3, max_size=3),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=20)
def test_parts_equal_the_whole_in_any_order(engine: Engine, amounts: list[int], ppm: list[int], order: Any) -> None:
    spans = [span("c1", 1 + i, 31, amount) for i, amount in enumerate(amounts)]
    shares = [("c1", f"m{i}", *ALWAYS, share) for i, share in enumerate(ppm)]
    managers = tuple(f"m{i}" for i in range(3))
    found = measure(indicator(Sum(calendar_days)), setting(engine, Tables(spans=spans), shares, managers))
    assert sum(v.numerator for v in found.managers.values()) + found.unattributed.numerator == found.bank.numerator
    order.shuffle(spans)
    assert measure(indicator(Sum(calendar_days)), setting(engine, Tables(spans=spans), shares, managers)) == found
