"""Ids and cursors made by a stranger who knows how ours are made: neither holds a secret."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from core.facts.read import BUSINESS_DAY, NUMBER
from core.paging import Order, SortKey
from core.runs.cards import MANAGER, PAY, POINTS, RANK, RANK_IN_BRANCH
from core.runs.store import FINISHED_AT, ID, REQUESTED_AT
from core.session import Bank
from schema.cursors import _check
from schema.ids import global_id, read_id

if TYPE_CHECKING:
    from tests.schema.conftest import Town

BANK = Bank(1, "north", "North", "北方", "CNY", 2, "Asia/Shanghai")


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


NESTED = b"[" * 300 + b"]" * 300


@pytest.mark.parametrize(
    "text",
    [
        b'[1,"Run",' + NESTED + b"]",
        b'[1,"Run","x",' + NESTED + b"]",
        b"[" + NESTED + b',"Run","x"]',
        b'{"a":' + NESTED + b"}",
        b'[true,"Run","x"]',
        b'[1.0,"Run","x"]',
        b'["1","Run","x"]',
        b'[1,"Run",["x"]]',
        b'[1,"Run",null]',
        b'[1,"Run",7]',
        b'[1,"Run","\\u0000"]',
        b'[1, "Run","x"]',
        b'[1,"Run"]',
        b'[2,"Run","x"]',
        b"[" * 5000,
    ],
)
async def test_what_is_no_id_of_ours_is_not_found(here: Town, text: bytes) -> None:
    assert read_id(BANK, _encoded(text)) is None
    forged = _encoded(text.replace(b"[1,", b"[%d," % here.bank.id, 1))
    answer = await here.asks("auditor")("query($id: ID!) { node(id: $id) { id } run(id: $id) { id } }", id=forged)
    assert answer["data"] == {"node": None, "run": None}
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "NOT_FOUND"}] * 2


def test_an_id_reads_as_it_was_written() -> None:
    assert read_id(BANK, global_id(BANK, "Scorecard", "2026-Q3", "李 1")) == ("Scorecard", ("2026-Q3", "李 1"))


def _forged(bank: Bank, listed: str, keys: tuple[SortKey, ...], *values: Any) -> str:
    """A cursor with a right check, whatever it holds."""
    order = tuple(Order(key) for key in keys)
    body = orjson.dumps(values)
    return _encoded(_check(bank, listed, order, body) + body)


RUNS = "query($after: String) {{ runs(after: $after, orderBy: [{{field: {0}}}]) {{ totalCount nodes {{ id }} }} }}"
CARDS = """query($after: String) {{ scorecards(runId: "run-complete", after: $after, orderBy: [{{field: {0}}}]) {{
  totalCount nodes {{ id }} }} }}"""
DELIVERIES = """query($after: String) {{ deliveries(after: $after, orderBy: [{{field: {0}}}]) {{
  totalCount nodes {{ id }} }} }}"""

MOMENTS = ((RUNS, "REQUESTED_AT", (REQUESTED_AT, ID), "x"), (RUNS, "FINISHED_AT", (FINISHED_AT, ID), "x"))
RANKS = ((CARDS, "RANK", (RANK, MANAGER), "m1"), (CARDS, "RANK_IN_BRANCH", (RANK_IN_BRANCH, MANAGER), "m1"))
SUMS = ((CARDS, "POINTS", (POINTS, MANAGER), "m1"), (CARDS, "PAY", (PAY, MANAGER), "m1"))
TEXTS = ((CARDS, "MANAGER", (MANAGER,), None),)
DAYS = ((DELIVERIES, "BUSINESS_DAY", (BUSINESS_DAY, NUMBER), 1),)

REFUSED = [
    (MOMENTS, "0001-01-01T00:00:00+14:00"),  # before the first moment there is in UTC
    (MOMENTS, "9999-12-31T23:59:59-14:00"),
    (MOMENTS, "2026-10-05T08:00:00"),
    (MOMENTS, "2026-10-05T08:00:00Z"),
    (MOMENTS, "2026-10-05T16:00:00+08:00"),
    (MOMENTS, "2026-10-05"),
    (MOMENTS, 7),
    (RANKS, 2**31),
    (RANKS, -(2**31) - 1),
    (RANKS, True),
    (RANKS, 1.0),
    (SUMS, 2**63),
    (SUMS, True),
    (SUMS, "1"),
    (TEXTS, "\0"),
    (TEXTS, "m" * 4000),
    (TEXTS, ["m1"]),
    (TEXTS, {}),
    (TEXTS, None),
    (DAYS, "20260930"),
    (DAYS, "2026-W40-3"),
    (DAYS, "0000-01-01"),
    (DAYS, "2026-09-30T00:00:00"),
]
READ = [
    (MOMENTS, "0001-01-01T00:00:00+00:00"),
    (MOMENTS, "9999-12-31T23:59:59.999999+00:00"),
    (MOMENTS, "2026-10-05T08:00:00+00:00"),
    (RANKS, 2**31 - 1),
    (RANKS, -(2**31)),
    (RANKS, None),
    (SUMS, 2**63 - 1),
    (SUMS, -(2**63)),
    (TEXTS, ""),
    (TEXTS, "m" * 2900),
    (DAYS, "0001-01-01"),
    (DAYS, "9999-12-31"),
]


async def _asked(town: Town, query: str, field: str, keys: tuple[SortKey, ...], last: Any, value: Any) -> Any:
    listed = query.split("{{ ")[1].split("(")[0]
    values = (value,) if last is None else (value, last)
    after = _forged(town.bank, listed, keys, *values)
    return await town.asks("auditor")(query.format(field), after=after)


@pytest.mark.parametrize(("lists", "value"), REFUSED, ids=lambda value: str(value)[:30])
async def test_a_cursor_of_what_cannot_be_is_refused(here: Town, lists: Any, value: object) -> None:
    for query, field, keys, last in lists:
        answer = await _asked(here, query, field, keys, last, value)
        reasons = [error["extensions"] for error in answer["errors"]]
        assert reasons == [{"code": "BAD_USER_INPUT", "reason": "CURSOR_INVALID"}], field


@pytest.mark.parametrize(("lists", "value"), READ, ids=lambda value: str(value)[:30])
async def test_a_cursor_at_the_ends_of_what_can_be_names_a_place(here: Town, lists: Any, value: object) -> None:
    for query, field, keys, last in lists:
        answer = await _asked(here, query, field, keys, last, value)
        assert "errors" not in answer, field
