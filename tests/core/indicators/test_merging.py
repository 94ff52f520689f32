"""Merging stretches of balance changes no sum of any manager, nor the bank's."""

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from core.indicators.attribution import fold, held, whole
from core.indicators.expressions import span_rows
from core.indicators.merging import merged
from core.periods import Period

SEPTEMBER = Period.parse("2026-09")
DAYS = st.integers(-3, 34).map(lambda day: date(2026, 9, 1) + timedelta(days=day))
CUSTOMERS = st.sampled_from(["c1", "c2", "c3", None])
ENGINE = ibis.duckdb.connect()


@st.composite
def stretches(draw: st.DrawFn) -> tuple[date, date]:
    one, other = draw(DAYS), draw(DAYS)
    first, until = min(one, other), max(one, other)
    return max(first, SEPTEMBER.first), min(until, SEPTEMBER.until)


BALANCE = st.tuples(
    CUSTOMERS, st.sampled_from(["corporate", "savings", None]), stretches(), st.integers(-(10**17), 10**17)
)
SHARE = st.tuples(
    st.sampled_from(["c1", "c2"]), st.sampled_from(["m1", "m2"]), DAYS, DAYS, st.integers(1, 1_000_000)
).filter(lambda share: share[2] < share[3])


def balances_table(drawn: list[Any]) -> Any:
    kept = [row for row in drawn if row[2][0] < row[2][1]]
    columns = {
        "account": pa.array([f"a{number}" for number in range(len(kept))], pa.string()),
        "customer": pa.array([row[0] for row in kept], pa.string()),
        "kind": pa.array(["deposit"] * len(kept), pa.string()),
        "category": pa.array([row[1] for row in kept], pa.string()),
        "first": pa.array([row[2][0] for row in kept], pa.date32()),
        "until": pa.array([row[2][1] for row in kept], pa.date32()),
        "balance": pa.array([row[3] for row in kept], pa.int64()),
    }
    return ibis.memtable(pa.table(columns))


def shares_table(drawn: list[Any]) -> Any:
    kinds = [pa.string(), pa.string(), pa.date32(), pa.date32(), pa.int64()]
    names = ["customer", "manager", "first", "until", "share_ppm"]
    arrays = [pa.array([row[place] for row in drawn], kind) for place, kind in enumerate(kinds)]
    return ibis.memtable(pa.table(dict(zip(names, arrays, strict=True))))


def folded(balances: Any, shares: Any) -> list[Any]:
    rows = span_rows(balances, balances.balance, balances.account, balances.balance)
    found = ENGINE.to_pyarrow(fold(held(rows, shares), True).union(whole(rows, True))).to_pylist()
    return sorted((row["manager"] or "", int(row["n"]), int(row["d"])) for row in found)


@settings(max_examples=60)
@given(st.lists(BALANCE, max_size=8), st.lists(SHARE, max_size=5))
def test_merged_balances_fold_to_the_same_sums(drawn: list[Any], shares: list[Any]) -> None:
    balances, held_by = balances_table(drawn), shares_table(shares)
    assert folded(merged(balances, held_by, SEPTEMBER), held_by) == folded(balances, held_by)


def test_a_customer_whose_shares_stay_has_one_row_of_a_kind_and_others_keep_theirs() -> None:
    first, middle, until = SEPTEMBER.first, date(2026, 9, 11), SEPTEMBER.until
    drawn = [
        ("c1", "savings", (first, middle), 5),
        ("c1", "savings", (middle, until), 7),
        ("c2", "savings", (first, until), 9),
    ]
    shares = shares_table(
        [("c1", "m1", date(2020, 1, 1), date(9999, 12, 31), 10), ("c2", "m1", middle, date(9999, 12, 31), 10)]
    )
    found = ENGINE.to_pyarrow(merged(balances_table(drawn), shares, SEPTEMBER).order_by("customer")).to_pylist()
    # c1: 5 × 10 days + 7 × 20 days = 190, on one day; c2 changes hands on the 11th and stays as it is
    assert [(row["account"], row["customer"], row["first"], row["until"], int(row["balance"])) for row in found] == [
        (None, "c1", first, first + timedelta(days=1), 190),
        ("a2", "c2", first, until, 9),
    ]
