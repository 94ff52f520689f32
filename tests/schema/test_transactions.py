"""One request's transactions when the database goes away under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from core.errors import Unavailable
from schema.transactions import GuardedOpener, Transactions
from service.outage import is_outage

if TYPE_CHECKING:
    from tests.schema.conftest import Town


def of_auditor(here: Town) -> Transactions:
    return Transactions(GuardedOpener(here.door.opener(here.bank, "auditor"), is_outage))


@pytest.fixture
def transactions(here: Town) -> Transactions:
    return of_auditor(here)


async def test_after_an_outage_nobody_of_the_request_asks_the_database_again(transactions: Transactions) -> None:
    asked = []
    with pytest.raises(Unavailable):
        async with transactions.read() as session:
            session.driver.terminate()
            await session.rows("SELECT 1")
    for way in (transactions.read, transactions.write, transactions.paused):
        with pytest.raises(Unavailable, match="busy or away"):
            async with way():
                asked.append(way)
    await transactions.close()
    assert asked == []


# The server has said that it ends and has not hung up yet: what is sent now fails as "cannot switch to state 12".
async def test_a_connection_that_failed_is_hung_up_and_not_lent_again(here: Town, transactions: Transactions) -> None:
    with pytest.raises(Unavailable):
        async with transactions.read() as session:
            failed = session.driver.get_server_pid()
            raise asyncpg.AdminShutdownError("terminating connection due to administrator command")
    await transactions.close()
    afresh = of_auditor(here)
    async with afresh.read() as session:
        assert [
            row[0] for row in await session.rows("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", failed)
        ] == [0]
    await afresh.close()


async def test_a_change_that_fails_midway_is_hung_up_too(transactions: Transactions) -> None:
    with pytest.raises(Unavailable):
        async with transactions.write() as session:
            raise asyncpg.AdminShutdownError("terminating connection due to administrator command")
    assert session.driver.is_closed()
    await transactions.close()


async def test_damaged_fact_files_are_no_outage_of_the_database(here: Town, transactions: Transactions) -> None:
    with pytest.raises(Unavailable, match="damaged"):
        async with transactions.paused():
            raise Unavailable("damaged", code="FACTS_DAMAGED")
    async with transactions.read() as session:
        lent = session.driver.get_server_pid()
    await transactions.close()
    afresh = of_auditor(here)
    async with afresh.read() as session:
        assert session.driver.get_server_pid() == lent
    await afresh.close()
