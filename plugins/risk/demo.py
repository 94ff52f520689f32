"""Invents what became of a demonstration bank's bad loans, and who checked what."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from core.plugin import DemoBank
from plugins.risk.facts import CLASSES
from plugins.risk.rows import NON_PERFORMING

Row = Sequence[str]
Lists = Sequence[tuple[date, Mapping[str, Row]]]
"""Days, ascending, each with loan → its row: loan, customer, account, granted_on, amount, outstanding, class, …"""
REVIEWERS = ("compliance", "audit", "head")
QUARTER = 91


def invent_risks(bank: DemoBank) -> Mapping[str, Sequence[Row]]:
    """Follows the bank's lists of loans from one to the next."""
    lists = _lists(bank)
    return {
        "control_reviews": list(_reviews(bank)),
        "foreclosed_assets": list(_disposals(bank, lists)),
        "loan_classes": _numbered("G", _changes(bank, lists)),
        "loan_exits": _numbered("E", _exits(bank, lists)),
        "operation_checks": list(_operations(bank)),
        "recoveries": _numbered("R", _recoveries(bank, lists)),
        "three_checks": _numbered("Q", _checks(bank, lists)),
    }


def _lists(bank: DemoBank) -> Lists:
    days = sorted(date.fromisoformat(name[6:]) for name in bank.facts if name.startswith("loans@"))
    return [(day, {row[0]: row for row in bank.facts[f"loans@{day}"]}) for day in days]


def _numbered(letter: str, rows: Iterator[Row]) -> list[Row]:
    return [(f"{letter}{number:06}", *row) for number, row in enumerate(rows, start=1)]


def _day(bank: DemoBank, after: date, until: date) -> str:
    """A day after one and up to another."""
    return (after + timedelta(days=bank.random.randint(1, (until - after).days))).isoformat()


def _quarters(bank: DemoBank) -> Iterator[tuple[date, date]]:
    """Eve and last day of each whole quarter."""
    eve = bank.first - timedelta(days=1)
    while (last := eve + timedelta(days=QUARTER)) <= bank.last:
        yield eve, last
        eve = last


def _changes(bank: DemoBank, lists: Lists) -> Iterator[Row]:
    """loan, customer, day, classification: one for each loan whose class is another than it was."""
    for (eve, before), (day, now) in pairwise(lists):
        for loan, row in now.items():
            if row[6] != (before[loan][6] if loan in before else "normal"):
                yield loan, row[1], _day(bank, max(eve, date.fromisoformat(row[3])), day), row[6]


def _exits(bank: DemoBank, lists: Lists) -> Iterator[Row]:
    """loan, customer, day, classification, amount: a few watched loans are reduced."""
    for (eve, before), (day, _) in pairwise(lists):
        for loan, row in before.items():
            if row[6] in CLASSES[1:3] and row[5] != "0.00" and bank.random.randrange(8) == 0:
                yield loan, row[1], _day(bank, eve, day), row[6], f"{int(row[5][:-3]) // 3}.00"


def _recoveries(bank: DemoBank, lists: Lists) -> Iterator[Row]:
    """customer, loan, day, kind, amount: of the bad loans some pay a little, struck customers each time."""
    for (eve, before), (day, _) in pairwise(lists):
        for loan, row in before.items():
            if row[6] in NON_PERFORMING and (row[1] in bank.struck or bank.random.randrange(3) == 0):
                kind = "written_off" if row[8] else "non_performing"
                amount = int(row[5][:-3]) * bank.random.randint(1, 8) // 100
                yield row[1], loan, _day(bank, eve, day), kind, f"{amount}.00"


def _disposals(bank: DemoBank, lists: Lists) -> Iterator[Row]:
    """A few pledged flats and lorries between one list and the next."""
    number = 0
    for (eve, before), (day, _) in pairwise(lists):
        debtors = sorted({row[1] for row in before.values() if row[6] in NON_PERFORMING[1:]})
        for debtor in bank.random.sample(debtors, min(2, len(debtors))):
            number += 1
            worth = bank.random.randint(20, 120) * 10_000
            proceeds = worth * bank.random.randint(55, 105) // 100
            yield f"D{number:04}", f"X{number:04}", debtor, _day(bank, eve, day), f"{proceeds}.00", f"{worth}.00"


def _checks(bank: DemoBank, lists: Lists) -> Iterator[Row]:
    """customer, loan, stage, due_on, done_on: each new loan before and during lending, each one a quarter after."""
    for loan, row in {loan: row for _, listed in lists for loan, row in listed.items()}.items():
        granted = date.fromisoformat(row[3])
        if bank.first <= granted <= bank.last:
            yield row[1], "", "before", row[3], row[3]
            yield row[1], loan, "during", row[3], row[3] if bank.random.randrange(60) else ""
        for eve, last in _quarters(bank):
            due = date.fromisoformat(_day(bank, eve, last))
            if granted < due and bank.random.randrange(3) == 0:
                done = due + timedelta(days=bank.random.choices((-3, 0, 12), (78, 18, 4))[0])
                yield row[1], loan, "after", due.isoformat(), done.isoformat() if done <= bank.last else ""


def _operations(bank: DemoBank) -> Iterator[Row]:
    """Two to four checks of everybody's operations a quarter."""
    number = 0
    for eve, last in _quarters(bank):
        for manager in bank.managers:
            for _ in range(bank.random.randint(2, 4)):
                number += 1
                compliant = "true" if bank.random.randrange(25) else "false"
                yield f"O{number:06}", manager, _day(bank, eve, last), compliant


def _reviews(bank: DemoBank) -> Iterator[Row]:
    """Three reviewers score everybody near each quarter's end."""
    number, month = 0, bank.first.replace(day=1)
    while month <= bank.last:
        month = (month + timedelta(days=31)).replace(day=1)
        end = month - timedelta(days=1)
        if end.month % 3 or end > bank.last:
            continue
        for manager in bank.managers:
            for reviewer in REVIEWERS:
                number += 1
                day = end - timedelta(days=bank.random.randrange(10))
                score = bank.random.choices((72, 85, 91, 95, 98), (3, 20, 35, 30, 12))[0]
                yield f"V{number:06}", manager, reviewer, day.isoformat(), str(score)
