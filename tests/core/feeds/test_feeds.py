"""Feeds: what can be saved, what is refused, what the trail says, and whose they are."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError, NotFound
from core.facts.catalogue import STANDARD
from core.feeds.definition import parse_feed
from core.feeds.feed import Every
from core.feeds.pattern import NamePattern
from core.feeds.store import feeds, find_feed, remove_feed, save_feed
from tenants.binding import Door, Opener
from tests.conftest import MakeBank

TABLES = {table.name: table for table in STANDARD}
PAGE = Path(__file__).resolve().parents[3] / "docs" / "deliveries.md"
TEXT = re.findall(r"^```yml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[0]
BODY: dict[str, Any] = {
    "feed": "fees",
    "labels": {"en": "Fees", "zh": "手续费"},
    "files": "fees_{day}.csv",
    "since": "2026-01-01",
    "mapping": {
        "fact": "fees",
        "currency": "CNY",
        "columns": {name: name for name in ("fee", "customer", "day", "kind", "amount")},
    },
}


@pytest.mark.parametrize(
    ("pattern", "name", "day"),
    [
        ("b_{day:%Y%m%d}.csv", "b_20260930.csv", date(2026, 9, 30)),
        ("b_{day}.csv.gz", "b_2026-09-30.csv.gz", date(2026, 9, 30)),
        ("{day:%d.%m.%y}余额.csv", "30.09.26余额.csv", date(2026, 9, 30)),
        ("b_{day:%Y%m%d}.csv", "b_20260931.csv", None),
        ("b_{day:%Y%m%d}.csv", "b_00000101.csv", None),
        ("b_{day:%Y%m%d}.csv", "bx20260930xcsv", None),
        ("b.{day:%Y%m%d}.csv", "bx20260930.csv", None),
        ("b_{day:%Y%m%d}.csv", "b_20260930.csv\n", None),
        ("b_{day:%Y%m%d}.csv", "B_20260930.csv", None),
        ("b_{day:%Y%m%d}.csv", "b_２０２６0930.csv", None),
    ],
)
def test_the_business_day_of_a_name(pattern: str, name: str, day: date | None) -> None:
    assert NamePattern.parse(pattern).day(name) == day


@pytest.mark.parametrize(
    "pattern",
    [
        *[
            "b.csv",
            "{day}{day}",
            "{day:%Y%m}",
            "{day:%Y%m%d%d}",
            "{day:%Y%m%d%H}",
            "../{day}",
            "a\\{day}",
            "{day}.part",
        ],
        *["{Day}", ".{day}", "{day}{", "{day:%Y/%m/%d}", "{day}.control.yaml", "a\n{day}", "x" * 200 + "{day}"],
    ],
)
def test_a_pattern_that_fits_no_file_is_refused(pattern: str) -> None:
    with pytest.raises(InputError) as refused:
        NamePattern.parse(pattern)
    assert refused.value.code == "FEED_INVALID"


async def test_the_feed_of_the_page_is_kept_as_it_was_written(open_bank: Opener) -> None:
    async with open_bank() as session:
        saved = await save_feed(session, TABLES, parse_feed(TEXT))
    async with open_bank() as session:
        assert await feeds(session) == [saved]
    assert (saved.fact, saved.shape, saved.every, saved.due_days) == ("balances", "snapshot", Every.WORKDAY, 1)
    assert saved.mapping["columns"] == {"account": "账号", "balance": "余额"}


async def test_a_feed_saved_again_is_replaced_and_the_trail_says_both(open_bank: Opener) -> None:
    for due in (1, 2, 2):
        async with open_bank() as session:
            await save_feed(session, TABLES, parse_feed(BODY | {"due_days": due}))
    async with open_bank() as session:
        assert [feed.due_days for feed in await feeds(session)] == [2]
        trail = await session.rows(
            """SELECT person, detail #>> '{before,due_days}' AS before, detail #>> '{after,due_days}' AS after
               FROM bank.audit WHERE action = 'feed:save' ORDER BY record"""
        )
    assert [tuple(row) for row in trail] == [("tester", None, "1"), ("tester", "1", "2")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"feed": "Fees"}, "FEED_INVALID"),
        ({"feed": "../x"}, "FEED_INVALID"),
        ({"labels": {"en": "Fees"}}, "FEED_INVALID"),
        ({"every": "fortnight"}, "FEED_INVALID"),
        ({"due_days": 367}, "FEED_INVALID"),
        ({"since": "1899-12-31"}, "FEED_INVALID"),
        ({"until": "2025-12-31"}, "FEED_INVALID"),
        ({"unheard": "1"}, "FEED_INVALID"),
        ({"files": "fees.csv"}, "FEED_INVALID"),
        ({"mapping": {"fact": "fees"}}, "MAPPING_INVALID"),
        ({"mapping": BODY["mapping"] | {"fact": "nothing"}}, "MAPPING_INVALID"),
        ({"mapping": BODY["mapping"] | {"shape": "snapshot"}}, "MAPPING_INVALID"),
    ],
)
async def test_a_feed_that_could_not_be_read_is_not_saved(
    open_bank: Opener, changed: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        async with open_bank() as session:
            await save_feed(session, TABLES, parse_feed(BODY | changed))
    assert refused.value.code == code
    async with open_bank() as session:
        assert await feeds(session) == []


async def test_two_feeds_cannot_have_one_pattern(open_bank: Opener) -> None:
    async with open_bank() as session:
        await save_feed(session, TABLES, parse_feed(BODY))
        await save_feed(session, TABLES, parse_feed(BODY | {"feed": "empty1", "files": ""}))
        await save_feed(session, TABLES, parse_feed(BODY | {"feed": "empty2", "files": ""}))
        with pytest.raises(InputError, match="pattern of feed fees"):
            await save_feed(session, TABLES, parse_feed(BODY | {"feed": "other"}))


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x", "feed: a\nfeed: b", "- 1", "", "x" * 100_001, "{" * 5000])
def test_text_that_is_no_feed_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_feed(text)


async def test_a_feed_that_is_removed_is_gone_for_its_bank_alone(
    open_bank: Opener, door: Door, make_bank: MakeBank
) -> None:
    other = door.opener(await make_bank(), "tester")
    for opener in (open_bank, other):
        async with opener() as session:
            await save_feed(session, TABLES, parse_feed(BODY))
    async with open_bank() as session:
        await remove_feed(session, "fees")
        assert await find_feed(session, "fees") is None
        with pytest.raises(NotFound):
            await remove_feed(session, "fees")
    async with other() as session:
        assert [feed.feed for feed in await feeds(session)] == ["fees"]
