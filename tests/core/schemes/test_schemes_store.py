"""Schemes in a real database: versions add up, two people approve, another bank sees nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg
import pytest

from core.errors import Conflict, Forbidden, NotFound, SchemeInvalid
from core.indicators.indicator import Indicator
from core.points.catalogue import BUILT_IN
from core.schemes.scheme import read_scheme
from core.schemes.store import approve_scheme, approved_scheme, save_scheme, submit_scheme
from core.session import Bank
from tenants.binding import Door, Opener

Body = dict[str, Any]
Indicators = Mapping[str, Indicator]


async def saved(opened: Opener, body: Body, indicators: Indicators) -> int:
    async with opened() as session:
        return await save_scheme(session, body, indicators, BUILT_IN)


async def submitted(opened: Opener, body: Body, indicators: Indicators) -> int:
    """Saved and submitted by one person."""
    version = await saved(opened, body, indicators)
    async with opened() as session:
        await submit_scheme(session, "sheet", version)
    return version


async def test_every_save_is_the_next_version(open_bank: Opener, body: Body, indicators: Indicators) -> None:
    assert await saved(open_bank, body, indicators) == 1
    assert await saved(open_bank, body | {"labels": {"en": "New", "zh": "新"}}, indicators) == 2
    async with open_bank() as session:
        rows = await session.rows("SELECT label, label_zh FROM bank.schemes")
        assert [tuple(row) for row in rows] == [("New", "新")]


async def test_two_savers_at_once_get_two_versions(open_bank: Opener, body: Body, indicators: Indicators) -> None:
    versions = await asyncio.gather(*(saved(open_bank, body, indicators) for _ in range(3)))
    assert sorted(versions) == [1, 2, 3]


async def test_an_invalid_scheme_leaves_nothing(open_bank: Opener, body: Body, indicators: Indicators) -> None:
    with pytest.raises(SchemeInvalid):
        await saved(open_bank, body | {"base_total": "99"}, indicators)
    async with open_bank() as session:
        assert await session.rows("SELECT 1 FROM bank.schemes UNION ALL SELECT 1 FROM bank.audit") == []


async def test_an_approved_version_is_what_runs_read(
    door: Door, bank: Bank, open_bank: Opener, body: Body, indicators: Indicators
) -> None:
    await submitted(open_bank, body, indicators)
    await submitted(open_bank, body | {"not_applicable": "zero"}, indicators)
    async with door.opener(bank, "second")() as session:
        await approve_scheme(session, "sheet", 1)
        version, stored = await approved_scheme(session, "sheet")
        assert version == 1
        assert read_scheme(stored, indicators, BUILT_IN, 2) == read_scheme(body, indicators, BUILT_IN, 2)
        await approve_scheme(session, "sheet", 2)
        assert (await approved_scheme(session, "sheet"))[0] == 2
        assert (await approved_scheme(session, "sheet", 1))[0] == 1


async def test_nobody_approves_what_he_made(open_bank: Opener, body: Body, indicators: Indicators) -> None:
    await submitted(open_bank, body, indicators)
    with pytest.raises(Forbidden) as refused:
        async with open_bank() as session:
            await approve_scheme(session, "sheet", 1)
    assert refused.value.code == "FOUR_EYES"
    async with open_bank() as session:
        rows = await session.rows("SELECT status, approved_by FROM bank.scheme_versions")
        assert [tuple(row) for row in rows] == [("submitted", None)]


async def test_a_version_is_approved_once(
    door: Door, bank: Bank, open_bank: Opener, body: Body, indicators: Indicators
) -> None:
    await submitted(open_bank, body, indicators)
    async with door.opener(bank, "second")() as session:
        await approve_scheme(session, "sheet", 1)
    with pytest.raises(Conflict) as refused:
        async with door.opener(bank, "third")() as session:
            await approve_scheme(session, "sheet", 1)
    assert refused.value.code == "SCHEME_ALREADY_APPROVED"


async def test_saving_and_approving_stand_in_the_audit_trail(
    door: Door, bank: Bank, open_bank: Opener, body: Body, indicators: Indicators
) -> None:
    await submitted(open_bank, body, indicators)
    async with door.opener(bank, "second")() as session:
        await approve_scheme(session, "sheet", 1)
        rows = await session.rows(
            "SELECT person, action, subject, detail ->> 'version' FROM bank.audit ORDER BY record"
        )
    assert [tuple(row) for row in rows] == [
        ("tester", "scheme:save", "sheet", "1"),
        ("tester", "scheme:submit", "sheet", "1"),
        ("second", "scheme:approve", "sheet", "1"),
    ]


@pytest.mark.parametrize("version", [None, 1, 2, 2**40, -1])
async def test_a_scheme_not_approved_is_not_found(
    version: int | None, open_bank: Opener, body: Body, indicators: Indicators
) -> None:
    await saved(open_bank, body, indicators)
    with pytest.raises(NotFound):
        async with open_bank() as session:
            await approved_scheme(session, "sheet", version)


@pytest.mark.parametrize("version", [2, 0, 2**40])
async def test_a_version_that_is_not_there_cannot_be_approved(
    version: int, open_bank: Opener, body: Body, indicators: Indicators
) -> None:
    await saved(open_bank, body, indicators)
    with pytest.raises(NotFound):
        async with open_bank() as session:
            await approve_scheme(session, "sheet", version)


async def test_another_bank_s_scheme_is_not_found_in_the_words_of_a_missing_one(
    door: Door,
    bank: Bank,
    open_bank: Opener,
    make_bank: Callable[..., Awaitable[Bank]],
    body: Body,
    indicators: Indicators,
) -> None:
    await submitted(open_bank, body, indicators)
    async with door.opener(bank, "second")() as session:
        await approve_scheme(session, "sheet", 1)
    async with door.opener(await make_bank(), "second")() as session:
        with pytest.raises(NotFound) as theirs:
            await approved_scheme(session, "sheet")
    async with door.opener(await make_bank(), "second")() as session:
        with pytest.raises(NotFound) as missing:
            await approved_scheme(session, "sheep")
    assert theirs.value.message.replace("sheet", "sheep") == missing.value.message


async def test_a_draft_is_not_approved_before_it_is_submitted(
    door: Door, bank: Bank, open_bank: Opener, body: Body, indicators: Indicators
) -> None:
    await saved(open_bank, body, indicators)
    with pytest.raises(Conflict) as refused:
        async with door.opener(bank, "second")() as session:
            await approve_scheme(session, "sheet", 1)
    assert refused.value.code == "SCHEME_NOT_SUBMITTED"
    with pytest.raises(asyncpg.PostgresError, match="goes from draft to submitted to approved"):
        async with door.opener(bank, "second")() as session:
            await session.execute(
                "UPDATE bank.scheme_versions SET status = 'approved', approved_by = 'second', approved_at = now()"
            )


async def test_a_version_is_submitted_once(open_bank: Opener, body: Body, indicators: Indicators) -> None:
    await submitted(open_bank, body, indicators)
    with pytest.raises(Conflict) as refused:
        async with open_bank() as session:
            await submit_scheme(session, "sheet", 1)
    assert refused.value.code == "SCHEME_NOT_DRAFT"


async def test_who_submitted_a_version_does_not_approve_it(
    door: Door, bank: Bank, open_bank: Opener, body: Body, indicators: Indicators
) -> None:
    await saved(open_bank, body, indicators)
    async with door.opener(bank, "second")() as session:
        await submit_scheme(session, "sheet", 1)
    with pytest.raises(Forbidden) as refused:
        async with door.opener(bank, "second")() as session:
            await approve_scheme(session, "sheet", 1)
    assert refused.value.code == "FOUR_EYES"
