"""Spans say on every day what the deliveries say, whatever came in which order."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.facts.balances import derive_balances, news_of
from core.facts.engine import Engine
from core.facts.ledger import NamedFile
from core.facts.spans import News, RecordFile, plan_months
from core.facts.store import FactStore
from core.periods import first_of_month, next_month

Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Sent:
    """One delivery: shape, business day, rows (account, day, balance or signed amount).

    Rows of spans: (account, valid_from, valid_until or None, balance).
    """

    shape: str
    day: date
    rows: Rows


@dataclass
class Ledger:
    """What PostgreSQL keeps, kept in memory: files in force, deliveries in force."""

    store: FactStore
    engine: Engine
    bank: str
    files: list[NamedFile] = field(default_factory=list)
    in_force: dict[tuple[str, date], int] = field(default_factory=dict)
    first_days: dict[tuple[str, date], date] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def take(self, sent: Sent) -> None:
        """Accept a delivery as `deliver` does."""
        with self.store.workspace(self.bank) as folder:
            number, supersedes = next(self.numbers), self.in_force.get((sent.shape, sent.day))
            added = [
                RecordFile(month, sent.shape, sent.day, self._record(folder, month, rows, sent.shape))
                for month, rows in by_month(sent)
            ]
            first = min((row[1] for row in sent.rows), default=sent.day) if sent.shape != "snapshot" else sent.day
            first = min(first, self.first_days.get((sent.shape, sent.day), first))
            self.first_days[sent.shape, sent.day] = first
            news = news_of(self.store, self.bank, self.files, supersedes, added, sent.day, first)
            known = max((day for _, day in self.in_force), default=None)
            change = derive_balances(self.engine, self.store, self.bank, self.files, news, known, folder)
            self.files = [
                f
                for f in self.files
                if (f.number not in change.ended and f.delivery in (None, number))
                or (f.delivery is not None and f.delivery != supersedes)
            ]
            for record in added:
                self._name("record", record.month, record.path, number, sent)
            for span in change.written:
                self._name(span.part, span.month, span.path, None, sent)
            self.in_force[(sent.shape, sent.day)] = number

    def _record(self, folder: Path, month: date, rows: list[Any], shape: str) -> Path:
        path = folder / f"{month}.parquet"
        if shape == "spans":
            values = ", ".join(
                f"('{account}', DATE '{first}', DATE '{until or date.max}', {balance}::BIGINT)"
                for account, first, until, balance in rows
            )
            columns = "account, valid_from, valid_until, balance"
            self.engine.write(f"SELECT * FROM (VALUES {values}) t({columns})", path)
            return path
        values = ", ".join(f"('{account}', DATE '{day}', {balance}::BIGINT)" for account, day, balance in rows)
        nothing = "SELECT NULL::VARCHAR account, NULL::DATE AS day, 0::BIGINT balance WHERE false"
        self.engine.write(f"SELECT * FROM (VALUES {values}) t(account, day, balance)" if values else nothing, path)
        return path

    def _name(self, part: str, month: date, path: Path, delivery: int | None, sent: Sent) -> None:
        sha256, _ = self.store.keep(self.bank, path)
        shape, day = (sent.shape, sent.day) if delivery else (None, None)
        self.files.append(NamedFile(next(self.numbers), part, month, sha256, delivery, shape, day))

    def spans(self) -> dict[str, list[tuple[date, str, date, date, int]]]:
        """Part → (month, account, valid_from, valid_until, balance), in the files' order."""
        found: dict[str, list[Any]] = {"open": [], "closed": []}
        for file in sorted(self.files, key=lambda file: (file.month, file.number)):
            if file.part in found:
                rows = self.engine.rows(
                    "SELECT account, valid_from, valid_until, balance FROM read_parquet($file)",
                    {"file": str(self.store.path(self.bank, file.sha256))},
                )
                assert rows == sorted(rows), "a file is sorted by account, then day"
                found[file.part] += [(file.month, *row) for row in rows]
        return found


def by_month(sent: Sent) -> list[tuple[date, list[Any]]]:
    """A delivery's rows by the month of their day; a snapshot is of one month even when empty, spans are one file."""
    months: dict[date, list[Any]] = defaultdict(list)
    if sent.shape == "spans":
        return [(first_of_month(min(row[1] for row in sent.rows)), list(sent.rows))] if sent.rows else []
    if sent.shape == "snapshot":
        months[first_of_month(sent.day)] = []
    for row in sent.rows:
        months[first_of_month(row[1])].append(row)
    return sorted(months.items())


def balances_by_day(sent: list[Sent], first: date, until: date) -> dict[tuple[str, date], int]:
    """The same, told day by day by a person with a pencil: only balances other than zero."""
    last = sorted({(one.shape, one.day): one for one in sent}.values(), key=lambda one: one.day)
    accounts = {row[0] for one in last for row in one.rows}
    found: dict[tuple[str, date], int] = {}
    day = first
    while day < until:
        for account in accounts:
            yesterday = found.get((account, day - timedelta(days=1)), 0)
            if balance := balance_on(last, account, day, yesterday):
                found[account, day] = balance
        day += timedelta(days=1)
    return found


def balance_on(last: list[Sent], account: str, day: date, yesterday: int) -> int:
    """What an account holds at the end of a day. `last`: what is in force, later business days last."""
    told: int | None = None
    for one in last:
        mine = [row for row in one.rows if row[0] == account]
        if one.shape == "spans" and mine and min(row[1] for row in mine) <= day <= one.day:
            told = sum(row[3] for row in mine if row[1] <= day and (row[2] is None or day < row[2]))
    if told is not None:
        return told
    for shape in ("changes", "snapshot"):
        for one in last:
            if one.shape == shape:
                mine = [row for row in one.rows if row[0] == account and row[1] == day]
                if mine:
                    told = mine[0][2]
                elif shape == "snapshot" and one.day == day:
                    told = 0
        if told is not None:
            return told
    booked = [row for one in last if one.shape == "transactions" for row in one.rows if row[:2] == (account, day)]
    amounts: list[int] = [row[2] for row in booked]
    return yesterday + sum(amounts)


def spread(spans: dict[str, list[Any]]) -> dict[tuple[str, date], int]:
    """Spans, day by day; no day twice."""
    found: dict[tuple[str, date], int] = {}
    for _, account, valid_from, valid_until, balance in [*spans["open"], *spans["closed"]]:
        for offset in range((valid_until - valid_from).days):
            key = (account, valid_from + timedelta(days=offset))
            assert key not in found
            found[key] = balance
    return found


FIRST, UNTIL = date(2026, 1, 1), date(2026, 5, 1)
# Few distinct days around month ends, so that firsts, lasts, repeats and gaps are all met often.
DAYS = st.sampled_from(
    [date(2026, 1, d) for d in (1, 2, 30, 31)]
    + [date(2026, 2, d) for d in (1, 2, 28)]
    + [date(2026, 3, d) for d in (1, 15, 31)]
    + [date(2026, 4, d) for d in (1, 30)]
)
ACCOUNTS = st.sampled_from(["A", "B", "C"])


@st.composite
def stretches(draw: st.DrawFn, earlier: st.SearchStrategy[date]) -> list[tuple[str, date, date | None, int]]:
    """Rows of spans: of each account the turning points in order, some stretches between them left out."""
    rows = []
    for account in draw(st.sets(ACCOUNTS, max_size=2)):
        points: list[date | None] = [*sorted(draw(st.sets(earlier, min_size=1, max_size=4)))]
        points.append(draw(st.sampled_from([None, FIRST + timedelta(days=200)])))
        for first, until in pairwise(points):
            assert first is not None
            if draw(st.integers(0, 2)):
                rows.append((account, first, until, draw(st.integers(-2, 3))))
    return rows


@st.composite
def deliveries(draw: st.DrawFn) -> Sent:
    day = draw(DAYS)
    shape = draw(st.sampled_from(["snapshot", "transactions", "changes", "spans"]))
    earlier = DAYS.filter(lambda booked: booked <= day)
    if shape == "spans":
        return Sent("spans", day, tuple(draw(stretches(earlier))))
    if shape == "changes":
        said = draw(st.dictionaries(st.tuples(ACCOUNTS, earlier), st.integers(-2, 3), max_size=5))
        return Sent("changes", day, tuple((*key, balance) for key, balance in said.items()))
    if shape == "snapshot":
        held = draw(st.dictionaries(ACCOUNTS, st.integers(-2, 3), max_size=3))
        return Sent("snapshot", day, tuple((account, day, balance) for account, balance in held.items()))
    row = st.tuples(ACCOUNTS, earlier, st.integers(-2, 2))
    return Sent("transactions", day, tuple(draw(st.lists(row, max_size=5))))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FactStore, Engine, Iterator[int]]]:
    """A store and an engine for many ledgers, each with a bank of its own."""
    root = tmp_path_factory.mktemp("spans")
    engine = Engine([root], root)
    yield FactStore(root), engine, count(1)
    engine.close()


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deliveries(), min_size=1, max_size=6))
@example([Sent("transactions", day("01-31"), (("A", day("01-01"), 1),)), Sent("transactions", day("04-01"), ())])
@example([Sent("snapshot", day("03-15"), (("A", day("03-15"), 1),)), Sent("snapshot", day("01-31"), ())])
@example([Sent("snapshot", day("01-31"), (("A", day("01-31"), 1),)), Sent("snapshot", day("02-01"), ())])
def test_spans_agree_with_a_day_by_day_reckoning(bench: Any, sent: list[Sent]) -> None:
    store, engine, banks = bench
    ledger = Ledger(store, engine, f"b{next(banks)}")
    for place, one in enumerate(sent, 1):
        ledger.take(one)
        spans = ledger.spans()
        newest = max(one.day for one in sent[:place])
        until = next_month(newest)
        assert spread(spans) == balances_by_day(sent[:place], FIRST, until)
        opens = [file.month for file in ledger.files if file.part == "open"]
        assert len(opens) == len(set(opens)), "a month has one open file"
        assert all(next_month(a) == b for a, b in pairwise(sorted(opens))), "no month is missing between"
        assert max(opens) == first_of_month(newest)
        for month, _, valid_from, valid_until, balance in spans["open"]:
            assert month <= valid_from < valid_until == next_month(month)
            assert balance
        for month, _, valid_from, valid_until, balance in spans["closed"]:
            assert month <= valid_from < valid_until < next_month(month)
            assert balance


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(deliveries(), min_size=2, max_size=6))
def test_spans_continued_are_those_derived_from_nothing(bench: Any, sent: list[Sent]) -> None:
    store, engine, banks = bench
    continued, anew = Ledger(store, engine, f"b{next(banks)}"), Ledger(store, engine, f"b{next(banks)}")
    for one in sent:
        continued.take(one)
    last = {(one.shape, one.day): one for one in sent}
    for one in sorted(last.values(), key=lambda one: one.day, reverse=True):
        anew.take(one)
    assert [sorted(part) for part in continued.spans().values()] == [sorted(part) for part in anew.spans().values()]


def test_a_newer_day_replaces_the_open_file_only(bench: Any) -> None:
    store, engine, banks = bench
    ledger = Ledger(store, engine, f"b{next(banks)}")
    ledger.take(Sent("snapshot", day("01-02"), (("A", day("01-02"), 1), ("B", day("01-02"), 2))))
    ledger.take(Sent("snapshot", day("01-03"), (("A", day("01-03"), 5), ("B", day("01-03"), 2))))
    before = {file.sha256 for file in ledger.files if file.part == "closed"}
    ledger.take(Sent("snapshot", day("01-04"), (("A", day("01-04"), 5),)))
    closed = [file.sha256 for file in ledger.files if file.part == "closed"]
    assert before < set(closed)
    assert ledger.spans() == {
        "open": [(day("01-01"), "A", day("01-03"), day("02-01"), 5)],
        "closed": [
            (day("01-01"), "A", day("01-02"), day("01-03"), 1),
            (day("01-01"), "B", day("01-02"), day("01-04"), 2),
        ],
    }


def test_a_correction_that_changes_nothing_after_its_month_stops_there(bench: Any) -> None:
    store, engine, banks = bench
    ledger = Ledger(store, engine, f"b{next(banks)}")
    for text, balance in (("01-02", 1), ("01-30", 7), ("02-28", 8)):
        ledger.take(Sent("snapshot", day(text), (("A", day(text), balance),)))
    february = {file.number for file in ledger.files if file.month == day("02-01")}
    ledger.take(Sent("snapshot", day("01-02"), (("A", day("01-02"), 3),)))
    assert {file.number for file in ledger.files if file.month == day("02-01")} == february
    assert ledger.spans()["closed"][0] == (day("01-01"), "A", day("01-02"), day("01-30"), 3)


def news(business_day: str, added: list[str], lost: list[str] = []) -> News:  # noqa: B006
    """A delivery of snapshots of those days, in place of records of the months `lost`."""
    records = tuple(RecordFile(first_of_month(day(text)), "snapshot", day(text), Path()) for text in added)
    first = min([day(text) for text in added], default=day(business_day))
    return News(day(business_day), first, records, frozenset(map(day, lost)), ())


@pytest.mark.parametrize(
    ("news", "known_until", "expected"),
    [
        (news("02-10", ["02-10"]), None, {"02-01": True}),  # the first of all: its own month
        (news("02-11", ["02-11"]), "02-10", {"02-01": False}),  # the next day: the month goes on
        (news("03-01", ["03-01"]), "02-10", {"03-01": True}),  # the next month: February stays
        (news("04-30", ["04-30"]), "02-10", {"03-01": True, "04-01": True}),  # March is carried
        (news("01-31", ["01-31"]), "02-10", {"01-01": True, "02-01": True}),  # an earlier day, and all later months
        (news("02-10", ["02-10"], ["02-01"]), "02-10", {"02-01": True}),  # the same day again
        (news("02-10", [], ["01-01"]), "02-10", {"01-01": True, "02-01": True}),  # a correction empties January
    ],
)
def test_a_delivery_derives_only_the_months_it_must(
    news: News, known_until: str | None, expected: dict[str, bool]
) -> None:
    plans = plan_months(news, day(known_until) if known_until else None)
    assert {plan.month.isoformat()[5:]: plan.carried for plan in plans} == expected
