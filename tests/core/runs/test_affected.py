"""A complete run is listed as affected exactly when what it read is no longer what the facts are."""

from datetime import date

import pytest

from core.facts.catalogue import STANDARD
from core.facts.deliveries import deliver
from core.facts.delivery_report import DeliveryReport
from core.facts.mapping import DeliveryMapping
from core.periods import Period
from core.runs.affected import affected_by, affected_runs
from tests.core.runs.place import FILES, QUARTER, Place

HEADS = {fact: text.partition("\n")[0] + "\n" for fact, text in FILES.items()}


async def told(place: Place, fact: str, text: str, day: date) -> DeliveryReport:
    """Deliver a file whose columns have our names; its report."""
    source = place.folder / "file.csv"
    source.write_text(text)
    columns = {name: name for name in text.partition("\n")[0].split(",")}
    mapping = DeliveryMapping.model_validate({"fact": fact, "currency": "CNY", "columns": columns})
    tables = {table.name: table for table in STANDARD}
    return await deliver(place.open, place.store, tables, source, mapping, day, today=date(2026, 12, 1))


async def latest(place: Place) -> int:
    """The number of the delivery accepted last."""
    async with place.open() as session:
        found = await session.row("SELECT max(delivery) AS number FROM bank.deliveries WHERE status = 'accepted'")
    assert found is not None
    return int(found["number"])


async def affected(place: Place) -> list[tuple[str, list[tuple[str, list[str], tuple[int, ...]]]]]:
    """Run → (fact, months, deliveries)."""
    async with place.open() as session:
        found = await affected_runs(session)
    return [
        (one.run, [(fact.fact, [f"{month:%Y-%m}" for month in fact.months], fact.deliveries) for fact in one.facts])
        for one in found
    ]


@pytest.mark.parametrize(
    ("fact", "rows", "day", "months"),
    [
        ("fees", "f4,c1,2026-09-30,card,1\n", date(2026, 12, 1), ["2026-09"]),  # the period's last day
        ("fees", "f4,c1,2026-10-01,card,1\n", date(2026, 12, 1), None),  # the day after
        ("fees", "f4,c1,2026-04-01,card,1\n", date(2026, 12, 1), ["2026-04"]),  # the base period's first day
        ("fees", "f4,c1,2026-03-31,card,1\n", date(2026, 12, 1), None),  # the day before
        ("balances", "a1,2026-09-30,1\n", date(2026, 9, 30), ["2026-09"]),
        ("balances", "a1,2026-10-01,1\n", date(2026, 10, 1), None),
        # The balances of 1 June run on: what is booked in August changes September's files too.
        ("balances", "a1,2026-08-02,1\n", date(2026, 9, 30), ["2026-08", "2026-09"]),
        # A list of the period's last day is the one that holds then; the one of 30 November held before.
        ("loans", "l1,c1,2026-07-02,4000.00,loss\n", date(2026, 9, 30), ["2026-09", "2026-11"]),
        ("loans", "l1,c1,2026-07-02,4000.00,loss\n", date(2026, 12, 1), None),
    ],
)
async def test_a_run_is_affected_by_what_it_would_read_otherwise_now(
    place: Place, fact: str, rows: str, day: date, months: list[str] | None
) -> None:
    run = await place.run()
    assert await affected(place) == []
    assert await place.deliver(fact, HEADS[fact] + rows, day) == "accepted"
    number = await latest(place)
    expected = [(run, [(fact, months, (number,))])] if months else []
    assert await affected(place) == expected
    async with place.open() as session:
        told = await affected_by(session, number)
    assert [one.run for one in told] == ([run] if months else [])


async def test_a_run_made_afterwards_is_not_affected(place: Place) -> None:
    before = await place.run()
    await place.deliver("fees", HEADS["fees"] + "f4,c1,2026-09-30,card,1\n", date(2026, 12, 1))
    await place.run()
    assert [run for run, _ in await affected(place)] == [before]


async def test_a_table_that_none_of_its_indicators_reads_does_not_affect_a_run(place: Place) -> None:
    await place.run()
    report = await told(place, "customers", "customer,kind\nc1,retail\n", date(2026, 9, 30))
    assert (report.status, report.affected) == ("accepted", ())
    assert await affected(place) == []


async def test_a_day_corrected_twice_was_corrected_by_both(place: Place) -> None:
    run = await place.run()
    numbers = []
    for amount in ("1", "2", "3"):
        await place.deliver("balances", HEADS["balances"] + f"a1,2026-09-01,{amount}\n", date(2026, 9, 30))
        numbers.append(await latest(place))
    assert await affected(place) == [(run, [("balances", ["2026-09"], tuple(numbers))])]


async def test_a_correction_that_brings_back_what_was_read_ends_the_matter(place: Place) -> None:
    await place.run()
    text = FILES["fees"]
    await place.deliver("fees", text + "f4,c1,2026-09-30,card,1\n")
    assert len(await affected(place)) == 1
    await place.deliver("fees", text)
    assert await affected(place) == []


async def test_a_run_that_goes_on_beyond_what_is_known_is_affected_once_it_is_known(place: Place) -> None:
    async def year_end() -> str:
        return await place.run(Period.parse("2026-Q4"))

    run = await year_end()
    await place.deliver("balances", HEADS["balances"] + "a1,2026-12-01,1\n", date(2026, 12, 1))
    [(found, facts)] = await affected(place)
    assert (found, [fact for fact, _, _ in facts]) == (run, ["balances"])


async def test_an_accepted_delivery_tells_which_runs_it_affects(place: Place) -> None:
    run = await place.run()
    report = await told(place, "fees", HEADS["fees"] + "f4,c1,2026-09-30,card,1\n", date(2026, 12, 1))
    assert [(one.run, one.period) for one in report.affected] == [(run, str(QUARTER))]
    # Another file takes its place: what it brought to September is gone, and the run is as it was.
    again = await told(place, "fees", HEADS["fees"] + "f5,c1,2026-12-01,card,1\n", date(2026, 12, 1))
    assert (again.supersedes, again.affected) == (report.delivery, ())
