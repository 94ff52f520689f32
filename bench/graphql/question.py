"""The question everybody is asked, in each server's own words, and every answer in one form to be compared."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

FIRST = 100
LEADERBOARD = f"""query Leaderboard($run: ID!) {{
  scorecards(runId: $run, first: {FIRST}, orderBy: [{{field: POINTS, direction: DESC}}]) {{ nodes {{
    rank points grade manager {{ code name branch {{ name }} }}
    lines {{ indicator {{ code }} value target points }} }} }} }}
"""
POSTGRAPHILE = f"""query Leaderboard($bank: Int!, $run: String!) {{
  allScorecards(condition: {{bankId: $bank, run: $run}}, first: {FIRST}, orderBy: [POINTS_E4_DESC]) {{ nodes {{
    rank pointsE4 grade who {{ manager name }} place {{ name }} lines(orderBy: [LINE_ASC]) {{
      indicator valueE6 target pointsE4 }} }} }} }}
"""


@dataclass(frozen=True)
class Line:
    """One indicator of a card."""

    indicator: str
    value: Decimal | None
    target: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class Card:
    """One manager's place."""

    rank: int
    points: Decimal
    grade: str
    manager: str
    name: str
    branch: str
    lines: tuple[Line, ...]


Read = Callable[[bytes], list[Card]]


def ask(run: str) -> bytes:
    """The body for whoever has our types."""
    return orjson.dumps({"query": LEADERBOARD, "variables": {"run": run}})


def ask_postgraphile(bank: int, run: str) -> bytes:
    """The body for PostGraphile, which asks for the tables' columns."""
    return orjson.dumps({"query": POSTGRAPHILE, "variables": {"bank": bank, "run": run}})


def read(body: bytes) -> list[Card]:
    """The cards of an answer with our types; AssertionError with the errors of one that has them."""
    return [
        Card(
            rank=node["rank"],
            points=Decimal(node["points"]),
            grade=node["grade"],
            manager=node["manager"]["code"],
            name=node["manager"]["name"],
            branch=node["manager"]["branch"]["name"],
            lines=tuple(
                Line(
                    line["indicator"]["code"], _number(line["value"]), _number(line["target"]), Decimal(line["points"])
                )
                for line in node["lines"]
            ),
        )
        for node in _data(body)["scorecards"]["nodes"]
    ]


def read_postgraphile(body: bytes) -> list[Card]:
    """The same of PostGraphile: points in ten-thousandths, values in millionths."""
    return [
        Card(
            rank=node["rank"],
            points=Decimal(node["pointsE4"]).scaleb(-4),
            grade=node["grade"],
            manager=node["who"]["manager"],
            name=node["who"]["name"],
            branch=node["place"]["name"],
            lines=tuple(
                Line(
                    line["indicator"],
                    _number(line["valueE6"], -6),
                    _number(line["target"]),
                    Decimal(line["pointsE4"]).scaleb(-4),
                )
                for line in node["lines"]
            ),
        )
        for node in _data(body)["allScorecards"]["nodes"]
    ]


def difference(ours: list[Card], theirs: list[Card]) -> str:
    """The first thing that differs, in a sentence; empty where nothing does."""
    if len(ours) != len(theirs):
        return f"{len(theirs)} cards instead of {len(ours)}"
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        if one != other:
            return f"place {place}: {other} instead of {one}"
    return ""


def _data(body: bytes) -> Any:
    answer = orjson.loads(body)
    assert not answer.get("errors"), answer["errors"]
    return answer["data"]


def _number(text: str | None, places: int = 0) -> Decimal | None:
    return None if text is None else Decimal(text).scaleb(places)
