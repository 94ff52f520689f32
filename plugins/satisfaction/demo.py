"""Invents what customers of a demonstration bank say: survey answers, and complaints."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from core.plugin import DemoBank

RECOMMENDS = {55: (2, 5), 70: (5, 7), 85: (7, 9), 92: (8, 10), 100: (9, 10)}
"""Score → from where to where such customers put their wish to recommend the bank."""
DAYS_ALLOWED = 15
QUARTER = 91


def invent_voices(bank: DemoBank) -> Mapping[str, Sequence[Sequence[str]]]:
    """A quarter, every fifth customer answers a survey and one in forty complains."""
    surveys: list[Sequence[str]] = []
    complaints: list[Sequence[str]] = []
    days = (bank.last - bank.first).days + 1
    for start in range(0, days, QUARTER):
        for customer, kind in bank.customers:
            day = bank.first + timedelta(days=start + bank.random.randrange(QUARTER))
            if day > bank.last:
                continue
            if kind != "interbank" and bank.random.randrange(5) == 0:
                score = bank.random.choices(tuple(RECOMMENDS), (4, 11, 35, 30, 20))[0]
                recommends = str(bank.random.randint(*RECOMMENDS[score])) if bank.random.randrange(4) else ""
                surveys.append((f"S{len(surveys) + 1:06}", customer, day.isoformat(), str(score), recommends))
            if bank.random.randrange(40) == 0:
                complaints.append((f"K{len(complaints) + 1:05}", customer, *_handled(bank, day)))
    return {"complaints": complaints, "surveys": surveys}


def _handled(bank: DemoBank, received: date) -> Sequence[str]:
    """Received on, on time, closed on, upheld; what is not closed by the last day is open."""
    took = bank.random.choices((bank.random.randint(1, DAYS_ALLOWED), bank.random.randint(16, 45)), (88, 12))[0]
    closed = received + timedelta(days=took)
    if closed > bank.last:
        return received.isoformat(), "", "", ""
    on_time = "true" if took <= DAYS_ALLOWED else "false"
    return received.isoformat(), on_time, closed.isoformat(), bank.random.choice(("true", "false", "false"))
