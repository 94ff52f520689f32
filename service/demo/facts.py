"""Which files a demonstration bank's systems sent, in the order they came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.facts.fact_table import FactKind
from core.numbers import scaled_text
from core.periods import Period, next_month
from core.plugins.host import Catalogue
from service.demo.balances import on_day
from service.demo.invention import Invention
from service.demo.plan import LAST_DAY, SINCE
from service.demo.stories import CORRECTED, CORRECTION, LATE, MISSING, SET_ASIDE

Row = Sequence[str]
FEN = 2
MONTHLY = {"north": ("balances", "fees"), "harbour": ("balances",)}
"""What a bank sends every month; other events every quarter."""
DAILY_SINCE = date(2026, 10, 8)
"""The first working day after the National Day holiday: from then on a bank with snapshots sends one every day."""
LISTED = tuple(Period.parse(text).last for text in ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"))
TOTALLED = (date(2026, 8, 31), date(2026, 9, 30), LAST_DAY)
"""Days of which the general ledger's totals were sent."""
LEDGER_SAYS_MORE_FEN = 1_000_000_00
"""By how much the ledger's loans of the last day differ from what the balances come to."""
LEFT_OUT = 12
WRONG = (("T9999901", "C999999", "2026-09-11", "12.50"), ("T9999902", "C000007", "2026-09-31", "30.00"))
"""Fees of September that cannot be right: a customer nobody knows, a day that does not exist."""


@dataclass(frozen=True)
class SentFile:
    """One file: its fact table, business day, and rows of text in the order of the table's columns.

    `form`: csv, csv.gz or parquet. `tag` tells a second file of a day from the first. `correction`: why it comes again.
    """

    fact: str
    business_day: date
    rows: Sequence[Row]
    shape: str = ""
    form: str = "csv"
    tag: str = ""
    correction: str = ""

    @property
    def name(self) -> str:
        """As the systems call it."""
        shape = f"-{self.shape}" if self.shape else ""
        return f"{self.fact}{shape}-{self.business_day:%Y%m%d}{self.tag}.{self.form}"


def sent_files(bank: Invention, catalogue: Catalogue) -> Iterator[SentFile]:
    """Lists first, then balances, then what happened. What never came is left out; what came later too."""
    tables = catalogue.fact_tables
    for day in (*LISTED, LAST_DAY):
        if day in (LISTED[0], LAST_DAY):
            yield SentFile("customers", day, [_customer(client) for client in bank.clients])
        yield SentFile("accounts", day, [row for row in _accounts(bank) if row[4] <= day.isoformat()])
    yield from _balances(bank)
    for name, rows in sorted(bank.facts.items()):
        fact, _, listed = name.partition("@")
        if fact == "accounts":
            continue
        if listed:
            yield SentFile(fact, date.fromisoformat(listed), rows)
            continue
        table = tables[fact]
        assert table.kind is FactKind.EVENT
        assert table.day is not None
        for day, of_day in _in_files(bank, fact, rows, table.names.index(table.day)):
            if bank.plan.code != "north" or (fact, day) not in (MISSING, LATE, SET_ASIDE):
                yield SentFile(fact, day, _as_first_sent(bank, fact, day, of_day), form=_form(bank, fact))


def corrected_file(bank: Invention, catalogue: Catalogue) -> SentFile:
    """The file that was sent once more, now with all its rows."""
    return SentFile(*CORRECTED, _whole(bank, catalogue, *CORRECTED), tag="-again", correction=CORRECTION)


def inbox_files(bank: Invention, catalogue: Catalogue) -> list[SentFile]:
    """The files that came through the inbox: one with wrong rows, one after its due day."""
    wrong = [(fee, customer, "", on, "card", amount) for fee, customer, on, amount in WRONG]
    fees = SentFile(*SET_ASIDE, [*_whole(bank, catalogue, *SET_ASIDE), *wrong])
    return [fees, SentFile(*LATE, _whole(bank, catalogue, *LATE))]


def _whole(bank: Invention, catalogue: Catalogue, fact: str, day: date) -> list[Row]:
    table = catalogue.fact_tables[fact]
    return dict(_in_files(bank, fact, bank.facts[fact], table.names.index(table.day or "")))[day]


def _as_first_sent(bank: Invention, fact: str, day: date, rows: Sequence[Row]) -> Sequence[Row]:
    if bank.plan.code == "north" and (fact, day) == CORRECTED:
        forgotten = [row for row in rows if row[4] == "advisory"][:LEFT_OUT]
        return [row for row in rows if row not in forgotten]
    return rows


def _form(bank: Invention, fact: str) -> str:
    if bank.plan.from_transactions:
        return "csv"
    return {"interest": "parquet", "three_checks": "csv.gz"}.get(fact, "csv")


def _customer(client: object) -> Row:
    return tuple(getattr(client, name) for name in ("customer", "kind", "size_tier", "value_tier", "credit_grade"))


def _accounts(bank: Invention) -> list[Row]:
    deposits = [
        (a.account, a.customer, "deposit", a.category, str(a.opened_on), str(a.closed_on or "")) for a in bank.accounts
    ]
    return [*deposits, *bank.facts.get("accounts", ())]


def _balances(bank: Invention) -> Iterator[SentFile]:
    daily = [] if bank.plan.from_transactions else [DAILY_SINCE + timedelta(n) for n in range(_days(DAILY_SINCE))]
    told = _moved(bank) if bank.plan.from_transactions else _changed(bank)
    shape = "transactions" if bank.plan.from_transactions else "changes"
    for day, rows in _in_files(bank, "balances", sorted(told, key=lambda row: row[1]), 1):
        if not daily or day < daily[0]:
            yield SentFile("balances", day, rows, shape, form="csv" if shape == "transactions" else "csv.gz")
    for day, held in on_day(bank.moves, daily):
        yield SentFile("balances", day, [_row(one, day, fen) for one, fen in held.items()], "snapshot", form="parquet")
    if "loans" in bank.plan.plugins and daily:
        kinds = {row[0]: (row[2], row[3]) for row in _accounts(bank)}
        for day, held in on_day(bank.moves, TOTALLED):
            yield SentFile("ledger_totals", day, list(_totals(day, held, kinds)))


def _days(first: date) -> int:
    return (LAST_DAY - first).days + 1


def _totals(day: date, held: dict[str, int], kinds: dict[str, tuple[str, str]]) -> Iterator[Row]:
    """day, kind, category, balance: deposits by category, loans in one sum."""
    sums = {("deposit", "corporate"): 0, ("deposit", "interbank"): 0, ("deposit", "savings"): 0, ("loan", "all"): 0}
    for account, fen in held.items():
        kind, category = kinds[account]
        sums[kind, category if kind == "deposit" else "all"] += fen
    if day == LAST_DAY:
        sums["loan", "all"] += LEDGER_SAYS_MORE_FEN
    for (kind, category), fen in sums.items():
        yield day.isoformat(), kind, category, scaled_text(fen, FEN)


def _changed(bank: Invention) -> Iterator[Row]:
    return (_row(account, day, fen) for account, moves in bank.moves.items() for day, fen in moves)


def _moved(bank: Invention) -> Iterator[Row]:
    for account, moves in bank.moves.items():
        before = 0
        for day, fen in moves:
            if fen != before:
                yield _row(account, day, fen - before)
            before = fen


def _row(account: str, day: date, fen: int) -> Row:
    return account, day.isoformat(), scaled_text(fen, FEN)


def _in_files(bank: Invention, fact: str, rows: Sequence[Row], day: int) -> Iterator[tuple[date, list[Row]]]:
    """The business day of each file, its month's or quarter's last, with its rows; `day`: where a row has its day."""
    files: dict[date, list[Row]] = {}
    ends = dict(_ends(1 if fact in MONTHLY[bank.plan.code] else 3))
    for row in rows:
        files.setdefault(ends[row[day][:7]], []).append(row)
    yield from sorted(files.items())


def _ends(months: int) -> Iterator[tuple[str, date]]:
    """Each month as it is written, with the last day of the file that it is in."""
    month = SINCE
    while month <= LAST_DAY:
        end = month
        for _ in range(months - (month.month - 1) % months):
            end = next_month(end)
        yield f"{month:%Y-%m}", min(end - timedelta(days=1), LAST_DAY)
        month = next_month(month)
