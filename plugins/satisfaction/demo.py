"""Invents what customers of a demonstration bank say: survey answers, and complaints."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.plugin import DemoBank


def invent_voices(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """Every fifth customer answers a survey in the period, one in forty complains."""
    surveys: list[Sequence[str]] = []
    complaints: list[Sequence[str]] = []
    for customer, kind in bank.customers:
        if kind != "interbank" and bank.random.randrange(5) == 0:
            score = bank.random.choices((55, 70, 85, 92, 100), (4, 11, 35, 30, 20))[0]
            surveys.append((f"S{len(surveys) + 1:06}", customer, _day(bank), str(score)))
        if bank.random.randrange(40) == 0:
            on_time = bank.random.choices(("true", "false", ""), (88, 8, 4))[0]
            complaints.append((f"K{len(complaints) + 1:05}", customer, _day(bank), on_time))
    return {"complaints": complaints, "surveys": surveys}


def _day(bank: DemoBank) -> str:
    return (bank.period.first + timedelta(days=bank.random.randrange(bank.period.days))).isoformat()
