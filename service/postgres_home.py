"""Where a folder's PostgreSQL cluster lives, the account it runs as, and the lock that guards it."""

import fcntl
import hashlib
import logging
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import Unavailable

log = logging.getLogger(__name__)
ACCOUNTS_FOR_ROOT = ("meritgraph", "postgres", "nobody")
FOLDER_FOR_ROOT = Path("/var/lib/meritgraph-postgres")
SOCKET = ".s.PGSQL.5432"
PROGRAM_SECONDS = 120.0


class StartFailed(Unavailable):
    """The embedded PostgreSQL cannot be used; the message says what to do, with its last log lines."""

    code = "POSTGRES_START_FAILED"


class StopFailed(Unavailable):
    """The embedded PostgreSQL still runs after it was told to stop."""

    code = "POSTGRES_STOP_FAILED"


@dataclass(frozen=True)
class Place:
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
        return Path(tempfile.gettempdir()) / f"meritgraph-{os.geteuid()}-{short_hash(self.home)}"

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
                timeout=PROGRAM_SECONDS,
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


def place_of(folder: Path) -> Place:
    folder = folder.expanduser().resolve()
    data, root = folder / "data", os.geteuid() == 0
    # One look: others may be making or removing it at this very moment.
    try:
        found = data.lstat()
    except OSError:
        found = None
    if found is not None and stat.S_ISLNK(found.st_mode) != root:
        if not root:
            raise StartFailed(f"{folder} was made by root: work there, or remove it, as root.")
        raise StartFailed(f"{data} belongs to user id {found.st_uid}: work as that user, or choose another folder.")
    if not root:
        return Place(folder, folder, os.geteuid(), os.getegid())
    lasting = os.access(FOLDER_FOR_ROOT.parent, os.W_OK)
    base = FOLDER_FOR_ROOT if lasting else Path(tempfile.gettempdir()) / FOLDER_FOR_ROOT.name
    home = base / short_hash(folder)
    if (home / "data").exists():
        account = pwd.getpwuid((home / "data").stat().st_uid)
        return Place(folder, home, account.pw_uid, account.pw_gid)
    known = {account.pw_name: account for account in pwd.getpwall()}
    for account in (known[name] for name in ACCOUNTS_FOR_ROOT if name in known):
        return Place(folder, home, account.pw_uid, account.pw_gid)
    raise StartFailed(f"PostgreSQL refuses to run as root: make one of the accounts {ACCOUNTS_FOR_ROOT}.")


def tied(place: Place) -> bool:
    link = place.folder / "data"
    return not place.aside or (link.is_symlink() and os.readlink(link) == str(place.data))


def tie(place: Place) -> None:
    """Link the folder to root's cluster; refuse a cluster that served another life of the folder."""
    link = place.folder / "data"
    if tied(place):
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


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Hold the cluster's lock; a lock file that remove() deleted meanwhile is no lock, so look again."""
    path = place.home / "postgres.lock"
    while True:
        try:
            if place.aside:
                own_folder(place.home.parent, 0o711, 0, 0)
                own_folder(place.home, 0o711, 0, 0)
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
def explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StartFailed(f"The embedded PostgreSQL of {folder} cannot be used: {error}") from error


def own_folder(path: Path, mode: int, uid: int, gid: int) -> None:
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


def delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
