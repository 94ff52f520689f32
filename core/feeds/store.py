"""A bank's feeds in their table."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from core.audit.store import record
from core.errors import InputError, NotFound
from core.facts.fact_table import FactTable
from core.facts.mapping import parse_mapping
from core.facts.plan import make_plan
from core.feeds.definition import FeedDefinition
from core.feeds.feed import Every, Feed
from core.feeds.pattern import NamePattern
from core.paging import Listing, SortKey
from core.session import BankSession
from core.versions import NONE_YET, check_version

CODE = SortKey("code", "w.feed", "text")
FACT = SortKey("fact", "w.fact", "text")
LABEL = SortKey("label", "w.label", "text")
SINCE = SortKey("since", "w.since", "day")

_COLUMNS = """w.feed, w.label, w.label_zh, w.fact, w.shape, w.mapping::text AS mapping, w.file_pattern, w.every,
    w.due_days, w.since, w.until"""
FEEDS = Listing(_COLUMNS, "bank.feeds w")


async def feeds(session: BankSession) -> list[Feed]:
    """Every feed, by code."""
    found = await session.rows(f"SELECT {_COLUMNS} FROM bank.feeds w ORDER BY {CODE.sql}")  # noqa: S608
    return [feed_read(row) for row in found]


async def feeds_by_code(session: BankSession, codes: Sequence[str]) -> dict[str, Feed]:
    """The feeds of these codes, as far as they exist."""
    found = await session.rows(
        f"SELECT {_COLUMNS} FROM bank.feeds w WHERE w.feed = ANY($1::text[])",  # noqa: S608
        list(codes),
    )
    return {row["feed"]: feed_read(row) for row in found}


async def find_feed(session: BankSession, code: str) -> Feed | None:
    """The feed of that code, if there is one."""
    return (await feeds_by_code(session, [code])).get(code)


async def save_feed(
    session: BankSession, tables: Mapping[str, FactTable], wanted: FeedDefinition, *, expected: str | None = None
) -> Feed:
    """Add it, or put it in the place of the one of its code. `tables`: what the bank can deliver.

    InputError MAPPING_INVALID for a mapping that no file could be read with, FEED_INVALID for a pattern that is none
    or is another feed's already. Arrivals keep the mapping they came under. `expected`: the version it was read in
    (empty: there was none); Conflict VERSION_CONFLICT where it has another.
    """
    mapping = parse_mapping(wanted.mapping)
    plan = make_plan(tables, mapping, session.bank, wanted.since)
    if wanted.files:
        NamePattern.parse(wanted.files)
    await _lock(session)
    known = await feeds(session)
    before = next((one for one in known if one.feed == wanted.feed), None)
    _check_version(expected, before)
    taken = next(
        (one.feed for one in known if one.file_pattern == wanted.files != "" and one.feed != wanted.feed), None
    )
    if taken is not None:
        raise InputError(f"{wanted.files} is the pattern of feed {taken} already.", code="FEED_INVALID", field="files")
    feed = Feed(
        feed=wanted.feed,
        label=wanted.labels.en,
        label_zh=wanted.labels.zh,
        fact=plan.table.name,
        shape=plan.shape,
        since=wanted.since,
        until=wanted.until,
        every=wanted.every,
        due_days=wanted.due_days,
        file_pattern=wanted.files,
        mapping=wanted.mapping,
    )
    await _write(session, feed)
    if before != feed:
        await record(session, "feed:save", feed.feed, before=_told(before), after=_told(feed))
    return feed


async def remove_feed(session: BankSession, code: str, *, expected: str | None = None) -> None:
    """Its files are no longer expected nor taken in. NotFound if there is none; `expected` as of save_feed."""
    await _lock(session)
    before = await find_feed(session, code)
    if before is None:
        raise NotFound("There is no such feed.")
    _check_version(expected, before)
    await session.execute("DELETE FROM bank.feeds WHERE feed = $1", code)
    await record(session, "feed:remove", code, before=_told(before))


async def _lock(session: BankSession) -> None:
    """Until commit: one change of the bank's feeds at a time."""
    await session.execute("SELECT pg_advisory_xact_lock(hashtextextended('feeds/' || $1, 0))", session.bank.code)


def _check_version(expected: str | None, before: Feed | None) -> None:
    check_version(expected, NONE_YET if before is None else before.version, "the feed")


async def _write(session: BankSession, feed: Feed) -> None:
    await session.execute(
        """INSERT INTO bank.feeds (feed, label, label_zh, fact, shape, mapping, file_pattern, every, due_days, since,
                                   until)
           VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9, $10, $11)
           ON CONFLICT (bank_id, feed) DO UPDATE SET (label, label_zh, fact, shape, mapping, file_pattern, every,
                                                      due_days, since, until)
             = (excluded.label, excluded.label_zh, excluded.fact, excluded.shape, excluded.mapping,
                excluded.file_pattern, excluded.every, excluded.due_days, excluded.since, excluded.until)""",
        feed.feed,
        feed.label,
        feed.label_zh,
        feed.fact,
        feed.shape,
        orjson.dumps(feed.mapping).decode(),
        feed.file_pattern,
        feed.every.value,
        feed.due_days,
        feed.since,
        feed.until,
    )


def feed_read(row: Any) -> Feed:
    """A feed of a record with the columns of FEEDS."""
    return Feed(
        feed=row["feed"],
        label=row["label"],
        label_zh=row["label_zh"],
        fact=row["fact"],
        shape=row["shape"],
        since=row["since"],
        until=row["until"],
        every=Every(row["every"]),
        due_days=row["due_days"],
        file_pattern=row["file_pattern"],
        mapping=orjson.loads(row["mapping"]),
    )


def _told(feed: Feed | None) -> dict[str, Any] | None:
    if feed is None:
        return None
    return {name: getattr(feed, name) for name in feed.__dataclass_fields__}
