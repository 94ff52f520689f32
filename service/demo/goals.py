"""Targets as they are agreed: last year's figures, some growth, an ambition for each manager, and a round number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random

from core.numbers import PPM, exact_scaled, parse_decimal
from core.periods import Period
from service.demo.balances import average_fen
from service.demo.invention import Goal, Invention

FEN = 2
LAST_YEAR = Period.parse("2025-Q3")
"""The quarter whose figures targets are made from."""
GROWTH_PERCENT = 2
"""What is asked on top for each quarter since."""
CATEGORIES = ("corporate", "savings", "interbank")
GOOD = ("AAA", "AA", "A")
AGREED = {
    "risk.internal_control": (90, 92, 95),
    "risk.npl_ratio": (1, 2, 2, 3),
    "satisfaction.survey_score": (84, 86, 88, 90),
}
"""Indicators with targets of their own kind: what is usual."""

Fen = Mapping[str, int]
"""By manager."""


def invent_goals(bank: Invention, chance: Random) -> list[Goal]:
    """Targets of every manager and assessed period; none where nothing is to be expected."""
    stocks, flows = _stocks(bank), _flows(bank)
    goals: list[Goal] = []
    for period in bank.plan.periods:
        for manager in bank.managers:
            ambition = chance.randint(90, 108) + GROWTH_PERCENT * _quarters_since(period)
            quarters = len(period.months) // 3
            wanted = {name: by[manager] * ambition // 100 for name, by in stocks.items()}
            wanted |= {name: by[manager] * ambition * quarters // 100 for name, by in flows.items()}
            wanted["deposits.daily_average_increment"] = wanted["deposits.daily_average"] * chance.randint(2, 4) // 100
            goals += [Goal(str(period), manager, name, rounded(fen)) for name, fen in wanted.items() if rounded(fen)]
            for name, usual in AGREED.items():
                if name.partition(".")[0] in bank.plan.plugins:
                    goals.append(Goal(str(period), manager, name, Decimal(chance.choice(usual))))
    return goals


def rounded(fen: int) -> Decimal:
    """In yuan, to two leading digits and a half: as figures are agreed on."""
    yuan = fen // 10**FEN
    step = max(1, 5 * 10 ** (len(str(yuan)) - 3))
    return Decimal(yuan // step * step)


def _quarters_since(period: Period) -> int:
    return (period.last.year - LAST_YEAR.last.year) * 4 + (period.last.month - LAST_YEAR.last.month) // 3


def _stocks(bank: Invention) -> dict[str, Fen]:
    """Daily averages of last year's quarter, as who holds the customers now would have had them."""
    owners = {account.account: ("deposit", account.category, account.customer) for account in bank.accounts}
    owners |= {row[0]: (row[2], row[3], row[1]) for row in bank.facts.get("accounts", ())}
    amounts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account, moves in bank.moves.items():
        kind, category, customer = owners[account]
        average = average_fen(moves, LAST_YEAR.first, LAST_YEAR.until)
        if kind == "loan":
            amounts["loans.daily_average"][customer] += average
        else:
            amounts["deposits.daily_average"][customer] += average
            amounts[f"deposits.daily_average_{category}"][customer] += average
    return {name: _held(bank, of.items()) for name, of in amounts.items()}


def _flows(bank: Invention) -> dict[str, Fen]:
    """What was booked, due or granted in a quarter, on the average of the year."""
    good = {client.customer for client in bank.clients if client.credit_grade in GOOD}
    lists = [rows for name, rows in sorted(bank.facts.items()) if name.startswith("loans@")]
    granted = {row[0]: row for rows in lists for row in rows if row[1] in good}
    due = [row for row in bank.facts.get("interest", ()) if row[5] == "due"]
    return {
        "intermediate_income.total": _held(bank, _amounts(bank.facts["fees"], 1, 3, 5)),
        "loans.interest_income": _held(bank, _amounts(due, 1, 4, 6)),
        "loans.quality_loans_granted": _held(bank, _amounts(granted.values(), 1, 3, 4)),
    }


def _amounts(rows: Iterable[Sequence[str]], customer: int, day: int, amount: int) -> Iterable[tuple[str, int]]:
    """(customer, fen a quarter) of the year's rows; the numbers say where its columns stand."""
    first, until = LAST_YEAR.first, date(2026, 7, 1)
    for row in rows:
        if first <= date.fromisoformat(row[day]) < until:
            yield row[customer], exact_scaled(parse_decimal(row[amount]), FEN) // 4


def _held(bank: Invention, amounts: Iterable[tuple[str, int]]) -> Fen:
    """What a manager would answer for had he held his customers throughout: targets are cut by days later."""
    by_customer: dict[str, int] = defaultdict(int)
    for customer, fen in amounts:
        by_customer[customer] += fen
    held: dict[str, int] = defaultdict(int)
    for share in bank.shares:
        if share.first < LAST_YEAR.first:
            held[share.manager] += by_customer[share.customer] * share.share_ppm // PPM
    return held
