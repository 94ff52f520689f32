"""Invents what became of a demonstration bank's bad loans, and who checked what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from core.plugin import DemoBank
from plugins.risk.facts import CLASSES
from plugins.risk.rows import NON_PERFORMING

Row = Sequence[str]
REVIEWERS = ("compliance", "audit", "head")


def invent_risks(bank: DemoBank) -> Mapping[str, Sequence[Row]]:
    """Follows the lists of loans of the period's eve and last day, where the bank has them."""
    before, now = (_listed(bank, day) for day in (bank.period.previous().last, bank.period.last))
    return {
        "control_reviews": list(_reviews(bank)),
        "foreclosed_assets": list(_disposals(bank, now)),
        "loan_classes": _numbered("G", _changes(bank, before, now)),
        "loan_exits": _numbered("E", _exits(bank, before)),
        "operation_checks": list(_operations(bank)),
        "recoveries": _numbered("R", _recoveries(bank, before)),
        "three_checks": _numbered("Q", _checks(bank, now)),
    }


def _listed(bank: DemoBank, day: date) -> Mapping[str, Row]:
    """Loan → its row in the list of that day: loan, customer, account, granted_on, amount, outstanding, class, …"""
    return {row[0]: row for row in bank.facts.get(f"loans@{day}", ())}


def _numbered(letter: str, rows: Iterator[Row]) -> list[Row]:
    return [(f"{letter}{number:06}", *row) for number, row in enumerate(rows, start=1)]


def _day(bank: DemoBank) -> str:
    return (bank.period.first + timedelta(days=bank.random.randrange(bank.period.days))).isoformat()


def _changes(bank: DemoBank, before: Mapping[str, Row], now: Mapping[str, Row]) -> Iterator[Row]:
    """loan, customer, day, classification: one for each loan whose class is another than it was."""
    for loan, row in now.items():
        was = before[loan][6] if loan in before else "normal"
        if row[6] != was:
            yield loan, row[1], _day(bank), row[6]


def _exits(bank: DemoBank, before: Mapping[str, Row]) -> Iterator[Row]:
    """loan, customer, day, classification, amount: a few watched loans are reduced."""
    for loan, row in before.items():
        if row[6] in CLASSES[1:3] and bank.random.randrange(8) == 0:
            yield loan, row[1], _day(bank), row[6], f"{int(row[5][:-3]) // 3}.00"


def _recoveries(bank: DemoBank, before: Mapping[str, Row]) -> Iterator[Row]:
    """customer, loan, day, kind, amount: every other bad loan pays something."""
    for loan, row in before.items():
        if row[6] in NON_PERFORMING and bank.random.randrange(2) == 0:
            kind = "written_off" if row[6] == "loss" and bank.random.randrange(2) else "non_performing"
            yield row[1], loan, _day(bank), kind, f"{int(row[5][:-3]) * bank.random.randint(2, 30) // 100}.00"


def _disposals(bank: DemoBank, now: Mapping[str, Row]) -> Iterator[Row]:
    """A handful of pledged flats and lorries."""
    debtors = sorted({row[1] for row in now.values() if row[6] in NON_PERFORMING[1:]})
    for number, debtor in enumerate(debtors[:5], start=1):
        worth = bank.random.randint(20, 300) * 10_000
        proceeds = worth * bank.random.randint(55, 105) // 100
        yield f"D{number:04}", f"X{number:04}", debtor, _day(bank), f"{proceeds}.00", f"{worth}.00"


def _checks(bank: DemoBank, now: Mapping[str, Row]) -> Iterator[Row]:
    """customer, loan, stage, due_on, done_on: each new loan before and during lending, each older one once after."""
    for loan, row in now.items():
        granted = date.fromisoformat(row[3])
        if granted in bank.period:
            yield row[1], "", "before", row[3], row[3]
            yield row[1], loan, "during", row[3], row[3] if bank.random.randrange(50) else ""
        else:
            due = date.fromisoformat(_day(bank))
            late = timedelta(days=bank.random.choices((-3, 0, 12), (70, 20, 10))[0])
            done = due + late
            yield row[1], loan, "after", due.isoformat(), done.isoformat() if done <= bank.period.last else ""


def _operations(bank: DemoBank) -> Iterator[Row]:
    """Two to six checks of everybody's operations."""
    for manager in bank.managers:
        for number in range(bank.random.randint(2, 6)):
            yield f"O-{manager}-{number}", manager, _day(bank), "true" if bank.random.randrange(25) else "false"


def _reviews(bank: DemoBank) -> Iterator[Row]:
    """Three reviewers score everybody near the period's end."""
    for manager in bank.managers:
        for reviewer in REVIEWERS:
            day = bank.period.last - timedelta(days=bank.random.randrange(10))
            score = bank.random.choices((72, 85, 91, 95, 98), (3, 20, 35, 30, 12))[0]
            yield f"V-{manager}-{reviewer}", manager, reviewer, day.isoformat(), str(score)
