"""What the two servers in plain Python ask PostgreSQL, and the pool they ask it through.

Numbers come as text, as ours do: decoding them would cost these servers a millisecond a request.
"""

import os
from typing import Any

import asyncpg

CARDS = """SELECT c.manager, c.rank, c.points_e4::text, c.grade
    FROM bank.scorecards c JOIN bank.runs r ON r.run = c.run AND r.status = 'complete'
    WHERE c.run = $1 ORDER BY c.points_e4 DESC, c.manager DESC LIMIT $2"""
MANAGERS = """SELECT m.manager, m.name, p.branch
    FROM bank.managers m LEFT JOIN bank.postings p
      ON p.manager = m.manager AND p.valid_from <= CURRENT_DATE AND CURRENT_DATE < p.valid_until
    WHERE m.manager = ANY($1::text[])"""
BRANCHES = "SELECT b.branch, b.name FROM bank.branches b WHERE b.branch = ANY($1::text[])"
LINES = """SELECT l.manager, l.indicator, l.value_e6::text, l.target::text, l.points_e4::text
    FROM bank.score_lines l WHERE l.run = $1 AND l.manager = ANY($2::text[]) ORDER BY l.manager, l.line"""
WHOLE_CARDS = """SELECT c.manager, c.rank, c.points_e4::text, c.grade, m.name, b.name AS branch
    FROM bank.scorecards c JOIN bank.runs r ON r.run = c.run AND r.status = 'complete'
    JOIN bank.managers m ON m.manager = c.manager
    LEFT JOIN bank.postings p
      ON p.manager = m.manager AND p.valid_from <= CURRENT_DATE AND CURRENT_DATE < p.valid_until
    LEFT JOIN bank.branches b ON b.branch = p.branch
    WHERE c.run = $1 ORDER BY c.points_e4 DESC, c.manager DESC LIMIT $2"""


async def _keep(connection: Any) -> None:
    """Nothing is set for longer than a transaction, so a connection needs no cleaning when it is given back."""


async def open_pool(**settings: str) -> Any:
    """Connections as the environment says (PGHOST, PGUSER, …); `settings` hold for as long as they live."""
    password = os.environ.get("PGPASSWORD") or None
    return await asyncpg.create_pool(min_size=10, max_size=10, password=password, server_settings=settings, reset=_keep)


def bank_number() -> str:
    """The bank to answer for."""
    return os.environ["BENCH_BANK"]


def scaled(number: str | None, places: int) -> str | None:
    """A whole number of ten-thousandths or millionths as decimal text: 12345 of four places is 1.2345."""
    if number is None:
        return None
    digits = number.lstrip("-").zfill(places + 1)
    return f"{'-' if number[0] == '-' else ''}{digits[:-places]}.{digits[-places:]}"
