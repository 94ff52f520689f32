"""The year of a Chinese bank's deposits: by how many per mille each category stands above its usual level, and when.

Salaries come in on the tenth; books are dressed for the ends of months and quarters; before the Spring Festival
companies pay out what they owe, people carry it home and spend it.
"""

from datetime import date, timedelta

from core.periods import next_month

SPRING_FESTIVAL = date(2026, 2, 17)
SALARY_DAY = 10
MONTH_END = {"corporate": 45, "savings": 15, "interbank": 60}
QUARTER_END = {"corporate": 110, "savings": 40, "interbank": 150}
MONTH = (
    # from day of the month, corporate, savings, interbank
    (1, -10, 0, 0),
    (4, 20, -15, 0),
    (SALARY_DAY, -30, 55, 10),
    (18, 0, 20, -20),
    (24, 15, -10, 0),
)
FESTIVAL = (
    # days from the festival, until, corporate, savings
    (-14, -1, -140, 90),
    (-1, 15, -190, -60),
    (15, 30, -80, -20),
)
ORDER = ("corporate", "savings", "interbank")


def turning_days(first: date, last: date, category: str) -> list[tuple[date, int]]:
    """The days on which balances of a category move, with the season's per mille from that day on."""
    return [(day, season_per_mille(day, category)) for day in sorted(set(_days(first, last))) if first <= day <= last]


def _days(first: date, last: date) -> list[date]:
    days = [first]
    month = first.replace(day=1)
    while month <= last:
        days += [month.replace(day=since) for since, *_ in MONTH]
        days.append(next_month(month) - timedelta(days=2))
        month = next_month(month)
    return days + [SPRING_FESTIVAL + timedelta(days=since) for since, *_ in FESTIVAL]


def season_per_mille(day: date, category: str) -> int:
    """How far a category stands above its usual level on a day."""
    month_end = next_month(day) - timedelta(days=1)
    if (month_end - day).days < 2:
        usual = (QUARTER_END if day.month % 3 == 0 else MONTH_END)[category]
    else:
        place = 1 + ORDER.index(category)
        usual = [row[place] for row in MONTH if row[0] <= day.day][-1]
    for since, until, corporate, savings in FESTIVAL:
        if since <= (day - SPRING_FESTIVAL).days < until:
            usual += {"corporate": corporate, "savings": savings}.get(category, 0)
    return usual
