"""Targets somebody could have agreed in June: what the books promised then, with ambition and misjudgement."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from random import Random

from core.numbers import PPM, exact_scaled, parse_decimal
from service.demo.invention import Goal, Invention
from service.demo.plan import PERIOD

FEN = 2
SURVEY_TARGETS = (84, 88, 90)


def invent_goals(bank: Invention, chance: Random) -> list[Goal]:
    """Targets of every manager for the indicators of the bank's scheme; none where nothing is to be expected."""
    deposits = _promised(bank, ((account.customer, account.level_fen) for account in bank.accounts))
    fees = _promised(bank, _amounts(bank, "fees", customer=1, day=3, amount=5))
    loans = _promised(bank, _amounts(bank, "loans", customer=1, day=3, amount=4))
    goals: list[Goal] = []
    for manager in bank.managers:
        average = _round_yuan(deposits[manager], chance, 10_000)
        goals += [
            Goal(manager, "deposits.daily_average", average),
            Goal(manager, "deposits.daily_average_increment", _growth(average, chance)),
            Goal(manager, "deposits.period_end_balance", _round_yuan(deposits[manager], chance, 10_000)),
            Goal(manager, "intermediate_income.total", _round_yuan(fees[manager], chance, 100)),
        ]
        if loans[manager]:
            goals.append(Goal(manager, "loans.granted", _round_yuan(loans[manager], chance, 10_000)))
        if "surveys" in bank.facts:
            goals.append(Goal(manager, "satisfaction.survey_score", Decimal(chance.choice(SURVEY_TARGETS))))
    return goals


def _amounts(bank: Invention, table: str, *, customer: int, day: int, amount: int) -> Iterable[tuple[str, int]]:
    """(customer, fen) of a table's rows in the period; the numbers say where its columns stand."""
    for row in bank.facts.get(table, ()):
        if date.fromisoformat(row[day]) in PERIOD:
            yield row[customer], exact_scaled(parse_decimal(row[amount]), FEN)


def _promised(bank: Invention, amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Fen a manager would answer for had he held his customers all quarter: targets are cut by days later."""
    by_customer: dict[str, int] = defaultdict(int)
    for customer, fen in amounts:
        by_customer[customer] += fen
    promised: dict[str, int] = defaultdict(int)
    for held in bank.shares:
        promised[held.manager] += by_customer[held.customer] * held.share_ppm // PPM
    return promised


def _round_yuan(fen: int, chance: Random, step: int) -> Decimal:
    """Between 88 and 116 per cent of what is expected, in round yuan, at least one step."""
    return Decimal(max(1, fen * chance.randint(88, 116) // 100 // 10**FEN // step) * step)


def _growth(average: Decimal, chance: Random) -> Decimal:
    """3 to 7 per cent of the average, in round thousands."""
    return Decimal(int(average) * chance.randint(3, 7) // 100 // 1000 * 1000)
