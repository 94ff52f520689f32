"""The GraphQL benchmark in miniature: that all are asked the same, and what the figures mean. Never how fast."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from bench.graphql.bank import invent_bank
from bench.graphql.figure import Figure, print_line
from bench.graphql.load import Answer, Load, put, request
from bench.graphql.question import Card, Line, ask, difference, read, read_postgraphile
from bench.graphql.rounds import Round, middle, percentile, ratio
from bench.graphql.statements import scaled
from bench.size import Size
from service.database import Database
from service.house import open_house
from service.settings import Settings

HOUSE = Path(__file__).resolve().parents[2]
LINE = Line("deposits.daily_average", Decimal("12.345678"), Decimal("10.00"), Decimal("1.5000"))
CARD = Card(1, Decimal("7.2500"), "A", "M0001", "Manager 1", "Branch 1", (LINE,))


def rate(rate: float, p50: float = 1.0, p99: float = 2.0, processor: float | None = None) -> Round:
    return Round(rate, p50, p99, processor)


def test_an_answer_with_our_types_and_one_with_the_tables_columns_are_read_alike() -> None:
    line = {"indicator": {"code": "deposits.daily_average"}, "value": "12.345678", "target": "10", "points": "1.5"}
    manager = {"code": "M0001", "name": "Manager 1", "branch": {"name": "Branch 1"}}
    node = {"rank": 1, "points": "7.2500", "grade": "A", "manager": manager, "lines": [line]}
    ours = orjson.dumps({"data": {"scorecards": {"nodes": [node]}}})
    line = {
        "indicator": "deposits.daily_average", "valueE6": "12345678", "target": "10.000000", "pointsE4": "15000"
    }  # fmt: skip
    who, place = {"manager": "M0001", "name": "Manager 1"}, {"name": "Branch 1"}
    node = {"rank": 1, "pointsE4": "72500", "grade": "A", "who": who, "place": place, "lines": [line]}
    theirs = orjson.dumps({"data": {"allScorecards": {"nodes": [node]}}})
    assert read(ours) == read_postgraphile(theirs) == [CARD]


def test_an_answer_with_errors_is_no_answer() -> None:
    with pytest.raises(AssertionError, match="too tired"):
        read(b'{"data": null, "errors": [{"message": "too tired"}]}')


def test_a_difference_is_said_with_its_place() -> None:
    other = Card(1, Decimal("7.2501"), "A", "M0001", "Manager 1", "Branch 1", (LINE,))
    assert difference([CARD, CARD], [CARD, CARD]) == ""
    assert difference([CARD, CARD], [CARD]) == "1 cards instead of 2"
    assert difference([CARD, CARD], [CARD, other]).startswith("place 2: Card(rank=1, points=Decimal('7.2501')")


@pytest.mark.parametrize(
    ("waits", "percent", "expected"),
    [
        ([5.0], 50, 5.0),
        ([1.0, 2.0], 50, 1.0),
        ([1.0, 2.0, 3.0], 50, 2.0),
        ([float(n) for n in range(1, 201)], 99, 198.0),
    ],
)
def test_a_percentile_is_the_nearest_rank(waits: list[float], percent: int, expected: float) -> None:
    assert percentile(waits, percent) == expected


def test_a_ratio_is_the_median_of_the_rounds_own() -> None:
    # 2/1, 9/3, 4/1: the machine was slow in the second round, for both
    assert ratio([rate(2), rate(9), rate(4)], [rate(1), rate(3), rate(1)]) == 3
    with pytest.raises(ValueError, match="longer"):
        ratio([rate(2)], [rate(1), rate(1)])


def test_each_figure_of_rounds_is_its_own_median() -> None:
    rounds = [rate(10, 3, 9, 2.5), rate(30, 1, 5, None), rate(20, 2, 7, 1.5)]
    assert middle(rounds) == Round(20, 2, 7, 2.0)
    assert middle([rate(10)]).processor is None


@pytest.mark.parametrize(
    ("figure", "holds", "aims"),
    [
        (Figure("a", 1.4, "×", 1.4, 2, more=True), True, False),
        (Figure("a", 1.39, "×", 1.4, 2, more=True), False, False),
        (Figure("a", 2.0, "×", 1.4, 2, more=True), True, True),
        (Figure("a", 3.0, "×", 3), True, None),
        (Figure("a", 3.01, "×", 3), False, None),
        (Figure("a", None, "×", 15, 20, more=True, said="not served yet"), None, None),
        (Figure("a", 5.0, "/s"), None, None),
    ],
)
def test_a_figure_knows_whether_it_is_within_reach(figure: Figure, holds: bool | None, aims: bool | None) -> None:
    assert (figure.holds, figure.aims) == (holds, aims)


def test_a_figure_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_line(Figure("ours over theirs", 1.23456, "×", 1.0, 1.2, more=True))
    told = {
        "name": "ours over theirs",
        "value": 1.235,
        "unit": "×",
        "reach": 1.0,
        "aim": 1.2,
        "holds": True,
        "said": "",
    }
    assert json.loads(capsys.readouterr().out) == told


WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabcd"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n"


@pytest.mark.parametrize(("status", "answer"), [(200, WHOLE), (200, CHUNKED), (304, UNCHANGED)])
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_an_answer_ends_with_its_last_byte_however_it_is_cut(status: int, answer: bytes, size: int) -> None:
    found = Answer(status)
    parts = [memoryview(answer[at : at + size]) for at in range(0, len(answer), size)]
    assert [found.ends_with(part) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_an_answer_of_another_status_is_a_fault() -> None:
    with pytest.raises(ValueError, match=r"HTTP/1.1 429 .*: slow down"):
        Answer(200).ends_with(memoryview(b"HTTP/1.1 429 Too Many\r\ncontent-length: 9\r\n\r\nslow down"))


@pytest.mark.parametrize(
    ("number", "places", "expected"),
    [("12345", 4, "1.2345"), ("1", 4, "0.0001"), ("-1", 4, "-0.0001"), ("0", 6, "0.000000"), (None, 4, None)],
)
def test_a_peer_writes_whole_numbers_as_decimals(number: str | None, places: int, expected: str | None) -> None:
    assert scaled(number, places) == expected


@contextmanager
def _answering(answer: bytes, most: int) -> Iterator[tuple[int, list[bytes]]]:
    """A server on a port that gives one connection this answer up to `most` times, and what it was asked."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with closing(listening.accept()[0]) as caller, suppress(ConnectionError):  # who has enough hangs up
                while len(heard) < most and (part := caller.recv(65536)):
                    heard.append(part)
                    caller.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join()


def test_the_load_asks_again_as_soon_as_it_is_answered() -> None:
    body = ask("a-run")
    with _answering(WHOLE, 10**9) as (port, heard):
        told = put(Load(port, request("/graphql", body, authorization="Bearer x"), 1, 0.2))
    assert told.fault == ""
    assert 1 < len(told.waits) <= len(heard)
    assert told.waits == sorted(told.waits)
    assert told.bytes == len(told.waits) * len(WHOLE)
    head, _, sent = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert b"\r\nauthorization: Bearer x" in head
    assert sent == body


def test_a_server_that_hangs_up_is_told() -> None:
    with _answering(WHOLE, 3) as (port, _):
        told = put(Load(port, request("/graphql", b"{}"), 1, 5))
    assert len(told.waits) == 3
    assert told.fault


async def test_the_bank_has_two_complete_runs_and_one_is_published(settings: Settings, database: Database) -> None:
    async with open_house(settings) as house:
        bank = await invent_bank(house, Size(0.02))
        async with house.door.open(bank.bank, "auditor", read_only=True) as session:
            counted = await session.rows(
                """SELECT r.run, r.status, p.run IS NOT NULL, count(*), count(DISTINCT l.manager), min(c.rank)
                   FROM bank.runs r LEFT JOIN bank.publications p ON p.run = r.run
                   JOIN bank.score_lines l ON l.run = r.run
                   JOIN bank.scorecards c ON c.run = l.run AND c.manager = l.manager
                   GROUP BY 1, 2, 3"""
            )
            summed = await session.row(
                """SELECT count(*) FROM bank.scorecards c WHERE c.points_e4 <>
                   (SELECT sum(l.points_e4) FROM bank.score_lines l WHERE l.run = c.run AND l.manager = c.manager)"""
            )
    expected = {(bank.fresh, "complete", False, 41 * 12, 41, 1), (bank.published, "complete", True, 41 * 12, 41, 1)}
    assert {tuple(row) for row in counted} == expected
    assert tuple(summed or ()) == (0,)


def test_peers_answer_as_we_do_and_every_row_is_told(settings: Settings, database: Database) -> None:
    command = [sys.executable, "-m", "bench.graphql", "--json", "--scale", "0.05", "--rounds", "1", "--seconds", "0.1"]
    only = [word for name in ("strawberry", "bare", "kept", "export") for word in ("--only", name)]
    environment = os.environ | {"MERITGRAPH_DATABASE_URL": settings.database_url}
    done = subprocess.run([*command, *only], cwd=HOUSE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "is left out" not in done.stderr
    told = {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}
    for name in ("ours over plain Strawberry (dataloaders)", "ours over bare Starlette (no GraphQL)"):
        assert told[name]["value"] > 0, done.stderr
    assert (told["ours over plain Strawberry (dataloaders)"]["reach"], told["ours: p99 over p50"]["reach"]) == (15, 3)
    assert told["export of 103 managers: first byte"]["value"] > 0
