"""A stored version by direct SQL, as the application could write it: only the three steps in their order."""

from datetime import UTC, datetime

import asyncpg
import pytest

from core.session import Bank
from tenants.binding import Door

ADD = """INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at, submitted_by, submitted_at,
                                           approved_by, approved_at)
         VALUES ('s', $1, '{}', $2, 'designer', '2001-01-01', $3, $4, $5, $6)"""
SUBMIT = "UPDATE bank.scheme_versions SET status = 'submitted', submitted_by = $1"
APPROVE = "UPDATE bank.scheme_versions SET status = 'approved', approved_by = $1"
DENIED = "permission denied"
ORDER = "draft to submitted to approved and changes in no other way"


async def does(door: Door, bank: Bank, person: str, statement: str, *arguments: object) -> None:
    async with door.open(bank, person) as session:
        await session.execute(statement, *arguments)


async def at(door: Door, bank: Bank, status: str) -> None:
    """Version 1 of scheme s, so far on its way."""
    await does(door, bank, "designer", "INSERT INTO bank.schemes (scheme, label, label_zh) VALUES ('s', 'S', '办法')")
    await does(door, bank, "designer", ADD, 1, "draft", None, None, None, None)
    if status != "draft":
        await does(door, bank, "designer", SUBMIT, "designer")
    if status == "approved":
        await does(door, bank, "second", APPROVE, "second")


async def stored(door: Door, bank: Bank) -> list[tuple[object, ...]]:
    async with door.open(bank, "reader", read_only=True) as session:
        return [tuple(row) for row in await session.rows("SELECT * FROM bank.scheme_versions")]


@pytest.mark.parametrize("status", ["draft", "submitted", "approved"])
@pytest.mark.parametrize(
    "change",
    ["made_by = 'ghost'", "made_at = now()", "scheme = 't'", "version = 7", """body = '{"base": 1}'""", "bank_id = 1"],
)
async def test_what_was_saved_never_changes(door: Door, bank: Bank, status: str, change: str) -> None:
    await at(door, bank, status)
    before = await stored(door, bank)
    with pytest.raises(asyncpg.PostgresError, match=DENIED):
        await does(door, bank, "second", f"UPDATE bank.scheme_versions SET {change}")
    assert await stored(door, bank) == before


@pytest.mark.parametrize(
    ("status", "person", "change", "words"),
    [
        ("draft", "second", "submitted_by = 'second'", ORDER),  # signed, but not submitted
        ("draft", "second", "submitted_at = now()", ORDER),
        ("draft", "second", "status = 'submitted'", ORDER),  # by nobody
        ("draft", "second", "status = 'submitted', submitted_by = 'ghost'", "who acts, not ghost"),
        ("draft", "second", "status = 'submitted', submitted_by = 'second', approved_at = now()", ORDER),
        ("draft", "second", "status = 'approved', approved_by = 'second'", ORDER),
        ("submitted", "second", "status = 'draft'", ORDER),
        ("submitted", "second", "status = 'draft', submitted_by = NULL", ORDER),
        ("submitted", "second", "submitted_by = 'second'", ORDER),
        ("submitted", "second", "submitted_at = now()", ORDER),
        ("submitted", "designer", "status = 'approved', approved_by = 'ghost'", "who acts, not ghost"),
        ("submitted", "designer", "status = 'approved', approved_by = 'designer'", "four_eyes|submitted"),
        (
            "submitted",
            "second",
            "status = 'approved', approved_by = 'second', submitted_at = now() + interval '1 day'",
            ORDER,
        ),
        ("approved", "third", "approved_by = 'third'", ORDER),
        ("approved", "third", "approved_at = now()", ORDER),
        ("approved", "third", "status = 'submitted', approved_by = NULL", "who acts, not nobody"),
    ],
)
async def test_no_other_way(door: Door, bank: Bank, status: str, person: str, change: str, words: str) -> None:
    await at(door, bank, status)
    before = await stored(door, bank)
    with pytest.raises(asyncpg.PostgresError, match=words):
        await does(door, bank, person, f"UPDATE bank.scheme_versions SET {change}")
    assert await stored(door, bank) == before


async def test_the_database_itself_says_when(door: Door, bank: Bank) -> None:
    await at(door, bank, "submitted")
    await does(door, bank, "second", APPROVE + ", approved_at = '2001-01-01'", "second")
    async with door.open(bank, "reader") as session:
        row = await session.row(
            """SELECT made_at < submitted_at AND submitted_at < approved_at AND approved_at <= clock_timestamp()
                      AND made_at > clock_timestamp() - interval '1 hour' FROM bank.scheme_versions"""
        )
    assert row is not None
    assert row[0] is True


async def test_a_version_begins_as_a_draft_without_other_names(door: Door, bank: Bank) -> None:
    await at(door, bank, "draft")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for beginning in (
        ("submitted", "designer", moment, None, None),
        ("approved", None, None, "second", moment),
        ("draft", "designer", None, None, None),
        ("draft", None, moment, None, None),
        ("draft", None, None, None, moment),
    ):
        with pytest.raises(asyncpg.PostgresError, match="begins as a draft"):
            await does(door, bank, "designer", ADD, 2, *beginning)
    assert len(await stored(door, bank)) == 1
