"""A complete run is affected by what changes of its shares, posts and targets after it began."""

from datetime import date
from decimal import Decimal

import pytest

from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.mapping import parse_mapping
from core.registers.tables import register_tables
from core.runs.affected import affected_by, affected_runs
from core.shares.assign import set_shares
from core.shares.store import NewShare
from core.targets.store import NewTarget, set_targets
from tests.core.runs.place import QUARTER, Place

TODAY = date(2026, 12, 1)


async def bring(place: Place, name: str, text: str, *, dry_run: bool = False) -> DeliveryReport:
    """Hand in a list whose columns have our names."""
    source = place.folder / f"{name}.csv"
    source.write_text(text, encoding="utf-8")
    columns = {column: column for column in text.split("\n")[0].split(",")}
    mapping = parse_mapping({"fact": name, "dates": "%Y-%m-%d", "columns": columns})
    tables = register_tables(["deposits.daily_average"])
    return await deliver(place.open, place.store, tables, source, mapping, TODAY, today=TODAY, dry_run=dry_run)


async def affected(place: Place) -> dict[str, list[str]]:
    """Run → names of what changed."""
    async with place.open() as session:
        return {run.run: [fact.fact for fact in run.facts] for run in await affected_runs(session)}


# The run of 2026-Q3 reads shares from 1 April, its base period's first day, to 30 September.
@pytest.mark.parametrize(
    ("name", "text", "is_affected"),
    [
        ("shares", "customer,manager,share,valid_from\nc2,m2,0.5,2026-09-30\n", True),
        ("shares", "customer,manager,share,valid_from\nc2,m2,0.5,2026-10-01\n", False),
        ("shares", "customer,manager,share,valid_from,valid_until\nc2,m2,0.5,2026-02-01,2026-04-02\n", True),
        ("shares", "customer,manager,share,valid_from,valid_until\nc2,m2,0.5,2026-02-01,2026-04-01\n", False),
        ("targets", "manager,indicator,period,target\nm1,deposits.daily_average,2026-Q3,7\n", True),
        ("targets", "manager,indicator,period,target\nm1,deposits.daily_average,2026-Q4,7\n", False),
    ],
)
async def test_a_file_of_a_list_affects_the_runs_that_read_its_days(
    name: str, text: str, is_affected: bool, place: Place
) -> None:
    run = await place.run()
    report = await bring(place, name, text)
    assert report.status == "accepted", report.findings
    assert [one.run for one in report.affected] == ([run] if is_affected else [])
    assert await affected(place) == ({run: [name]} if is_affected else {})
    assert report.delivery is not None
    async with place.open() as session:
        assert [one.run for one in await affected_by(session, report.delivery)] == ([run] if is_affected else [])


async def test_the_same_list_again_affects_nothing(place: Place) -> None:
    text = "manager,indicator,period,target\nm1,deposits.daily_average,2026-Q3,7\n"
    await bring(place, "targets", text)
    await place.run()
    report = await bring(place, "targets", text)
    assert (dict(report.changes), report.affected) == ({"unchanged": 1}, ())
    assert await affected(place) == {}


async def test_what_is_set_by_hand_affects_runs_too(place: Place) -> None:
    run = await place.run()
    async with place.open() as session:
        await set_targets(session, QUARTER, [NewTarget("m1", "deposits.daily_average", Decimal(7))])
        await set_shares(session, date(2026, 9, 1), {"c2": [NewShare("c2", "m2", 1_000_000, date(2026, 9, 1))]})
    assert await affected(place) == {run: ["shares", "targets"]}
    later = await place.run()
    assert list(await affected(place)) == [run]
    assert later != run


async def test_a_dry_run_names_the_runs_it_may_affect_and_changes_nothing(place: Place) -> None:
    run = await place.run()
    report = await bring(place, "shares", "customer,manager,share,valid_from\nc2,m2,0.5,2026-09-30\n", dry_run=True)
    assert (report.status, [one.run for one in report.affected]) == ("dry_run", [run])
    assert await affected(place) == {}
