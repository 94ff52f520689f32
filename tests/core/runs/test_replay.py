"""What a run said stays as it was: replayed, corrected beside, and noticed when somebody changed it."""

import asyncpg
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import Conflict, Unavailable
from core.facts.snapshot import current
from core.plugins.host import Host
from core.runs.replay import replay
from tests.core.runs.place import FILES, Place


async def test_the_same_inputs_give_the_same_hashes_and_replay_agrees(place: Place) -> None:
    one, two = await place.run(), await place.run()
    first, second = await place.row(one), await place.row(two)
    assert first["inputs_hash"] == second["inputs_hash"]
    assert first["results_hash"] == second["results_hash"]
    again = await replay(place.open, place.host, place.store, place.workshop, one)
    assert (again.same, again.got, again.differences) == (True, first["results_hash"], ())


async def test_an_older_run_still_reads_what_it_read_after_a_correction(place: Place) -> None:
    before = await place.run()
    assert await place.deliver("fees", FILES["fees"].replace("30.00", "50.00")) == "accepted"
    after = await place.run()
    assert (await place.values(before))["intermediate_income.total", "m1"] == "36.006000"
    assert (await place.values(after))["intermediate_income.total", "m1"] == "56.006000"
    assert (await place.row(before))["inputs_hash"] != (await place.row(after))["inputs_hash"]
    assert (await replay(place.open, place.host, place.store, place.workshop, before)).same


async def test_a_run_stands_on_the_shares_of_its_moment(place: Place) -> None:
    run = await place.run()
    async with place.open() as session:
        await session.execute("DELETE FROM bank.shares WHERE customer = 'c2'")
        await session.execute("DELETE FROM bank.targets")
    assert (await replay(place.open, place.host, place.store, place.workshop, run)).same


async def test_a_frozen_file_that_was_changed_is_noticed(place: Place) -> None:
    run = await place.run()
    frozen = (await place.row(run))["inputs"]["frozen"]["shares"]["sha256"]
    path = place.store.path(place.open.bank.code, frozen)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Unavailable, match="was changed") as caught:
        await replay(place.open, place.host, place.store, place.workshop, run)
    assert caught.value.code == "FACTS_DAMAGED"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("scorecards", "UPDATE bank.scorecards SET pay_minor = pay_minor + 1 WHERE manager = 'm2'"),
        ("score_lines", "UPDATE bank.score_lines SET target = 501 WHERE manager = 'm2' AND line = 1"),
        ("score_sheets", "UPDATE bank.score_sheets SET points_e4 = replace(points_e4, '0', '1') WHERE manager = 'm2'"),
        ("run_values", "UPDATE bank.run_values SET numerator = numerator + 1 WHERE manager = 'm2'"),
    ],
)
async def test_results_changed_behind_our_back_are_noticed(
    place: Place, owner: AsyncEngine, table: str, change: str
) -> None:
    run = await place.run()
    async with owner.begin() as connection:
        await connection.execute(text("SELECT set_config('meritgraph.bank', :b, true)"), {"b": str(place.open.bank.id)})
        await connection.execute(text(f"ALTER TABLE bank.{table} DISABLE TRIGGER USER"))
        assert (await connection.execute(text(change))).rowcount >= 1
        await connection.execute(text(f"ALTER TABLE bank.{table} ENABLE TRIGGER USER"))
    found = await replay(place.open, place.host, place.store, place.workshop, run)
    assert not found.same
    assert found.got == found.expected != found.stored
    assert [d.manager for d in found.differences] == (["m2"] if table == "scorecards" else [])


async def test_a_run_does_not_start_on_a_fact_file_that_was_changed(place: Place) -> None:
    async with place.open() as session:
        fees = (await current(session)).files("fees", "record")[0]
    path = place.store.path(place.open.bank.code, fees.sha256)
    rows = pq.read_table(path)
    path.chmod(0o600)
    amounts = pc.multiply(rows["amount"], 1000)
    pq.write_table(rows.set_column(rows.schema.get_field_index("amount"), "amount", amounts), path)
    run = await place.run()
    row = await place.row(run)
    assert (row["status"], row["error"]["code"]) == ("failed", "FACTS_DAMAGED")
    assert str(place.store.root) not in row["error"]["message"]


async def test_another_plugin_version_is_refused_unless_asked_to_compare(place: Place) -> None:
    run = await place.run()
    newer = Host({code: (plugin.module, "99") for code, plugin in place.host.plugins.items()})
    with pytest.raises(Conflict, match=r"deposits: .* then, 99 now") as caught:
        await replay(place.open, newer, place.store, place.workshop, run)
    assert caught.value.code == "PLUGIN_VERSION_DIFFERS"
    assert (await replay(place.open, newer, place.store, place.workshop, run, compare=True)).same


async def test_what_a_finished_run_says_cannot_be_changed(place: Place) -> None:
    run = await place.run()
    for statement in (
        "UPDATE bank.scorecards SET pay_minor = 1 WHERE run = $1",
        "DELETE FROM bank.score_lines WHERE run = $1",
        "UPDATE bank.score_sheets SET rule = '' WHERE run = $1",
        """INSERT INTO bank.score_sheets (run, manager, indicator, section, rule, value_e6, target, completion_e6,
             base_e4, points_e4, not_applicable) VALUES ($1, 'm9', '', '', '', '', '', '', '', '', '')""",
        "DELETE FROM bank.score_sheets WHERE run = $1",
        "UPDATE bank.runs SET results_hash = 'x' WHERE run = $1",
        """INSERT INTO bank.scorecards (run, manager, branch, position, level)
           SELECT run, 'm9', branch, position, level FROM bank.scorecards WHERE run = $1 LIMIT 1""",
        """INSERT INTO bank.run_values (run, indicator, owner, manager, numerator, denominator)
           VALUES ($1, 'forged.value', 'manager', 'm1', 1, 1)""",
        """INSERT INTO bank.findings (run, code, severity, subject, message, message_zh, fields)
           VALUES ($1, 'FORGED', 'error', '', '', '', '{}')""",
    ):
        with pytest.raises(asyncpg.PostgresError, match=r"permission denied|stays as it is"):
            async with place.open() as session:
                await session.execute(statement, run)
