"""Which files a demonstration bank's systems sent, in the order they came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.facts.fact_table import FactKind
from core.numbers import scaled_text
from core.periods import first_of_month, next_month
from core.plugins.host import Catalogue
from service.demo.balances import snapshot, snapshot_days, transactions
from service.demo.invention import Invention
from service.demo.plan import PERIOD

FEN = 2


@dataclass(frozen=True)
class SentFile:
    """One file: its fact table, its business day, its rows of text in the order of the table's columns."""

    fact: str
    business_day: date
    rows: Sequence[Sequence[str]]

    @property
    def name(self) -> str:
        """As the systems call it."""
        return f"{self.fact}-{self.business_day}.csv"


def sent_files(bank: Invention, catalogue: Catalogue) -> Iterator[SentFile]:
    """Lists on the period's last day, then balances, then what happened, by months."""
    yield SentFile("customers", PERIOD.last, _customers(bank))
    yield SentFile("accounts", PERIOD.last, _accounts(bank))
    yield from _balances(bank)
    for name, rows in sorted(bank.facts.items()):
        fact, _, day = name.partition("@")
        table = catalogue.fact_tables[fact]
        if table.kind is FactKind.EVENT and table.day is not None:
            yield from _by_months(fact, rows, table.names.index(table.day))
        else:
            yield SentFile(fact, date.fromisoformat(day) if day else PERIOD.last, rows)


def _customers(bank: Invention) -> list[Sequence[str]]:
    return [(c.customer, c.kind, c.size_tier, c.value_tier, c.credit_grade) for c in bank.clients]


def _accounts(bank: Invention) -> list[Sequence[str]]:
    return [
        (
            account.account,
            account.customer,
            "deposit",
            account.category,
            account.opened_on.isoformat(),
            account.closed_on.isoformat() if account.closed_on else "",
        )
        for account in bank.accounts
    ]


def _balances(bank: Invention) -> Iterator[SentFile]:
    if bank.plan.from_transactions:
        yield from _by_months("balances", [_row(*moved) for moved in transactions(bank.accounts, bank.plan.seed)], 1)
        return
    for day in snapshot_days():
        yield SentFile("balances", day, [_row(*held) for held in snapshot(bank.accounts, bank.plan.seed, day)])


def _row(account: str, day: date, fen: int) -> Sequence[str]:
    return account, day.isoformat(), scaled_text(fen, FEN)


def _by_months(fact: str, rows: Sequence[Sequence[str]], day: int) -> Iterator[SentFile]:
    """One file a month, of the month's last day; `day`: where the day stands in a row."""
    months: dict[date, list[Sequence[str]]] = {}
    for row in rows:
        months.setdefault(first_of_month(date.fromisoformat(row[day])), []).append(row)
    for month, of_month in sorted(months.items()):
        yield SentFile(fact, next_month(month) - timedelta(days=1), of_month)
