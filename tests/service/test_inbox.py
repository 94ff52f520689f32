"""The inbox folders: what is taken, what is refused, where it ends, and what is never followed."""

import os
import secrets
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from core.arrivals.terms import parse_control
from core.errors import InputError
from core.session import Bank
from service.house import House, open_house
from service.settings import Settings
from service.works import worker_of
from tests.conftest import MakeBank
from tests.service.mailroom import BAD, DAY, GOOD, MAPPING, Mailroom


@pytest.fixture
async def house(settings: Settings, database: object) -> AsyncIterator[House]:
    async with open_house(settings) as opened:
        yield opened


@pytest.fixture
async def room(house: House, bank: Bank) -> Mailroom:
    return await Mailroom(house, bank).furnish()


async def test_a_file_is_taken_in_and_ends_in_done(room: Mailroom) -> None:
    arrival = await room.receive("balances_20240905.csv")
    assert (arrival.status, arrival.feed, arrival.business_day, arrival.arrived_by) == (
        "done",
        "core_balances",
        DAY,
        "inbox",
    )
    n = arrival.number
    assert room.lying() == {"done": [f"{n}-balances_20240905.csv", f"{n}-balances_20240905.csv.report.json"]}
    report = orjson.loads((room.folder / "done" / f"{n}-balances_20240905.csv.report.json").read_bytes())
    assert (report["status"], report["rows"], report["arrival"]) == ("accepted", 2, n)
    assert await room.rows("SELECT delivery, status, delivered_by FROM bank.deliveries WHERE fact = 'balances'") == [
        (arrival.delivery, "accepted", "inbox")
    ]
    assert await room.rows("SELECT person FROM bank.audit WHERE action = 'arrival:take'") == [("inbox",)]
    assert await room.rows("SELECT job FROM platform.jobs WHERE subject = $1", str(n)) == []


async def test_a_bad_file_ends_in_refused_with_its_report(room: Mailroom) -> None:
    arrival = await room.receive("balances_20240905.csv", BAD)
    assert arrival.status == "refused"
    assert arrival.outcome is not None
    assert arrival.outcome["counts"] == {"NUMBER_INVALID": 1}
    n = arrival.number
    assert room.lying() == {"refused": [f"{n}-balances_20240905.csv", f"{n}-balances_20240905.csv.report.json"]}
    report = orjson.loads((room.folder / "refused" / f"{n}-balances_20240905.csv.report.json").read_bytes())
    assert report["findings"][0]["value"] == "ten"
    assert await room.rows("SELECT 1 FROM bank.fact_files WHERE fact = 'balances'") == []


async def test_the_same_file_again_changes_nothing_and_is_kept_apart(room: Mailroom) -> None:
    first = await room.receive("balances_20240905.csv")
    second = await room.receive("balances_20240905.csv")
    assert second.outcome is not None
    assert (second.status, second.outcome["status"], second.delivery) == ("done", "unchanged", first.delivery)
    names = [name for name in room.lying()["done"] if name.endswith(".csv")]
    assert names == sorted(f"{n}-balances_20240905.csv" for n in (first.number, second.number))


async def test_a_growing_file_is_left_until_it_lies_still(room: Mailroom) -> None:
    file = room.drop("balances_20240905.csv", GOOD[:20])
    assert await room.watch.look_at(room.bank) == []
    file.write_text(GOOD)
    assert await room.watch.look_at(room.bank) == []
    assert len(await room.watch.look_at(room.bank)) == 1


@pytest.mark.parametrize(
    "name", ["balances_20240905.csv.part", "balances_20240905.csv.TMP", ".balances_20240905.csv", "x.control.yaml"]
)
async def test_names_of_files_still_written_are_left_alone(room: Mailroom, name: str) -> None:
    room.drop(name)
    assert await room.look_twice() == []
    assert room.lying() == {"inbox": [name]}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("something.csv", "FEED_UNKNOWN"),
        ("balances_20240231.csv", "FEED_UNKNOWN"),  # a day no calendar has
        ("line\nend.csv", "FILE_UNREADABLE"),
        ("back\\slash.csv", "FILE_UNREADABLE"),
        ("n" * 201, "FILE_UNREADABLE"),
    ],
)
async def test_a_file_that_fits_no_feed_is_refused_with_a_sentence(room: Mailroom, name: str, code: str) -> None:
    arrival = await room.receive(name)
    assert arrival.outcome is not None
    assert (arrival.status, arrival.outcome["code"]) == ("refused", code)
    assert arrival.outcome["message"].endswith(".")
    assert set(room.lying()) == {"refused"}
    assert await room.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []
    assert await room.rows("SELECT detail ->> 'code' FROM bank.audit WHERE action = 'arrival:refuse'") == [(code,)]


async def test_a_link_is_never_followed(room: Mailroom, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    (room.folder / "balances_20240905.csv").symlink_to(secret)
    [number] = await room.look_twice()
    await room.work()
    arrival = await room.arrival(number)
    assert (arrival.status, arrival.delivery) == ("refused", None)
    assert (room.folder / "refused" / f"{number}-balances_20240905.csv").is_symlink()
    assert secret.read_text() == GOOD


async def test_a_hard_link_a_folder_and_a_pipe_are_refused_unread(room: Mailroom, tmp_path: Path) -> None:
    other = room.house.settings.state / f"other-{room.bank.code}.csv"
    other.write_text(GOOD)
    os.link(other, room.folder / "balances_20240905.csv")
    (room.folder / "balances_20240906.csv").mkdir()
    (room.folder / "balances_20240906.csv" / "inside.csv").write_text(GOOD)
    os.mkfifo(room.folder / "balances_20240907.csv")
    numbers = await room.look_twice()
    assert len(numbers) == 3
    await room.work()
    assert [(await room.arrival(number)).status for number in numbers] == ["refused"] * 3
    assert set(room.lying()) == {"refused"}
    assert await room.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []


async def test_a_folder_that_is_a_link_is_not_entered(room: Mailroom, tmp_path: Path) -> None:
    """done/ leads elsewhere: the facts count, and nothing is written there."""
    (room.folder / "done").symlink_to(tmp_path)
    arrival = await room.receive("balances_20240905.csv")
    assert arrival.status == "done"
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240
    assert room.lying()["taken"] == [f"inbox-{arrival.number}"]
    assert await room.rows("SELECT subject FROM bank.audit WHERE action = 'arrival:leave'") == [(str(arrival.number),)]


async def test_one_bank_never_takes_from_anothers_folder(house: House, make_bank: MakeBank) -> None:
    one = await Mailroom(house, await make_bank()).furnish()
    other = await Mailroom(house, await make_bank()).furnish()
    (one.folder / "balances_20240905.csv").symlink_to(other.drop("balances_20240905.csv"))
    [number] = await one.look_twice()
    await one.work()
    assert (await one.arrival(number)).status == "refused"
    assert other.lying() == {"inbox": ["balances_20240905.csv"]}
    await other.look_twice()
    await other.work()
    assert await one.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []
    assert len(await other.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'")) == 1


async def test_a_control_file_says_day_and_feed_and_goes_along(room: Mailroom) -> None:
    said = {"day": "2024-09-06", "feed": "core_balances", "rows": 2, "sums": {"balance": "30.50"}}
    control = orjson.dumps(said)
    room.drop("odd name.csv.control.json", control)
    arrival = await room.receive("odd name.csv")
    n = arrival.number
    assert (arrival.status, str(arrival.business_day)) == ("done", "2024-09-06")
    assert room.lying() == {
        "done": [f"{n}-odd name.csv", f"{n}-odd name.csv.control.json", f"{n}-odd name.csv.report.json"]
    }


@pytest.mark.parametrize(
    ("control", "code"),
    [
        ("rows: many", "CONTROL_INVALID"),
        ("unheard: 1", "CONTROL_INVALID"),
        ("a: &x 1\nb: *x", "CONTROL_INVALID"),
        ("feed: nobodys", "FEED_UNKNOWN"),
        ("day: 2024-09-06", "DAY_UNKNOWN"),  # the name says the fifth
        (b"\xff\xfe", "CONTROL_INVALID"),
        ("#" * 100_001, "CONTROL_INVALID"),
        ("[" * 60_000, "CONTROL_INVALID"),
        ("correction: 系统重复入账", "CONTROL_INVALID"),
        (orjson.dumps({"mapping": MAPPING}), "CONTROL_INVALID"),
    ],
)
async def test_a_control_file_that_cannot_be_used_refuses_the_file(
    room: Mailroom, control: str | bytes, code: str
) -> None:
    room.drop("balances_20240905.csv.control.yaml", control)
    arrival = await room.receive("balances_20240905.csv")
    assert arrival.outcome is not None
    assert (arrival.status, arrival.outcome["code"]) == ("refused", code)
    assert "RecursionError" not in arrival.outcome["message"]
    assert await room.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []


async def test_who_writes_into_the_folder_changes_no_list_without_a_right(room: Mailroom) -> None:
    """The mapping of a control file would make any file one of branches, its correction would open closed days."""
    columns = {"branch": "branch", "name": "name"}
    said = {"mapping": {"fact": "branches", "columns": columns}, "correction": "why not", "day": str(DAY)}
    room.drop("branches.csv.control.json", orjson.dumps(said))
    arrival = await room.receive("branches.csv", "branch,name\nB1,Mine\n")
    assert arrival.outcome is not None
    assert arrival.outcome["message"] == (
        "A control file in the inbox cannot say `mapping` or `correction`: hand the file in with importDelivery or "
        "`meritgraph import`, which ask for the right to."
    )
    assert await room.rows("SELECT 1 FROM bank.branches") == []


async def test_a_control_file_that_is_a_link_is_never_followed(room: Mailroom, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("rows: 2\n")
    (room.folder / "balances_20240905.csv.control.yaml").symlink_to(tmp_path / "secret.yaml")
    arrival = await room.receive("balances_20240905.csv")
    assert arrival.outcome is not None
    assert (arrival.status, arrival.outcome["message"]) == (
        "refused",
        "The control file: It is a link; links are never followed: send the file itself.",
    )


async def test_a_long_control_file_holds_up_nobody(room: Mailroom, yaml_readers: list[threading.Thread]) -> None:
    """It is read beside the event loop, which goes on meanwhile."""
    said = "sums: {" + ", ".join(f"c{n}: 1" for n in range(9_000)) + "}"
    with pytest.raises(InputError, match="at most 100"):
        parse_control(said.encode())
    yaml_readers.clear()
    room.drop("balances_20240905.csv.control.yaml", said)
    room.drop("balances_20240905.csv")
    await room.watch.look_at(room.bank)
    assert len(await room.watch.look_at(room.bank)) == 1
    assert len(yaml_readers) == 1
    assert threading.main_thread() not in yaml_readers


async def test_two_watchers_take_a_file_once(room: Mailroom) -> None:
    second = Mailroom(room.house, room.bank)
    room.drop("balances_20240905.csv")
    await second.watch.look_at(room.bank)
    assert len(await room.look_twice() + await second.watch.look_at(room.bank)) == 1
    assert await room.work() == 1
    assert len(await room.rows("SELECT 1 FROM bank.arrivals")) == 1


async def test_a_file_taken_by_a_process_that_died_before_it_said_so_lies_in_the_inbox_again(room: Mailroom) -> None:
    room.drop("balances_20240905.csv")
    room.house.inbox.take(room.bank.code, "balances_20240905.csv", "inbox-999999")
    assert room.lying() == {"taken": ["inbox-999999"]}
    heir = Mailroom(room.house, room.bank)
    assert await heir.look_twice() == []
    assert room.lying() == {"inbox": ["balances_20240905.csv"]}
    assert len(await heir.look_twice()) == 1
    await heir.work()
    assert "done" in room.lying()


async def test_a_fault_on_the_way_leaves_the_file_in_the_inbox(room: Mailroom) -> None:
    """The file is moved inside the transaction: what cannot be moved has no arrival, no job."""
    room.drop("balances_20240905.csv")
    await room.watch.look_at(room.bank)
    (room.house.inbox.root / ".taken" / room.bank.code).rmdir()
    (room.house.inbox.root / ".taken" / room.bank.code).write_text("in the way")
    assert await room.watch.look_at(room.bank) == []
    assert room.lying_in_inbox() == ["balances_20240905.csv"]
    assert await room.rows("SELECT 1 FROM bank.arrivals") == []
    jobs = "SELECT 1 FROM platform.jobs j JOIN platform.banks b ON b.id = j.bank_id WHERE b.code = $1"
    assert await room.rows(jobs, room.bank.code) == []


async def test_the_name_of_a_bank_in_the_register_is_the_only_folder_that_is_watched(room: Mailroom) -> None:
    stranger = room.house.inbox.root / f"stranger-{secrets.token_hex(4)}"
    stranger.mkdir()
    (stranger / "balances_20240905.csv").write_text(GOOD)
    await room.watch.look()
    await room.watch.look()
    assert [path.name for path in stranger.iterdir()] == ["balances_20240905.csv"]


async def test_a_poisonous_arrival_ends_in_refused(room: Mailroom) -> None:
    """Three workers died over it; the fourth moves the file away and says so."""
    room.drop("balances_20240905.csv")
    [number] = await room.look_twice()
    queue = worker_of(room.house).queue
    for _ in range(3):
        job = await queue.claim("dead", ["arrival"], bank=room.bank)
        assert job is not None
        async with room.house.engine.begin() as connection:
            from sqlalchemy import text

            await connection.execute(
                text("UPDATE platform.jobs SET lease_until = now() - interval '1 s' WHERE job = :job"), {"job": job.job}
            )
    await room.work()
    arrival = await room.arrival(number)
    assert arrival.outcome is not None
    assert (arrival.status, arrival.outcome["code"]) == ("refused", "JOB_POISONOUS")
    assert set(room.lying()) == {"refused"}
    assert await room.rows("SELECT 1 FROM bank.deliveries WHERE fact = 'balances'") == []
