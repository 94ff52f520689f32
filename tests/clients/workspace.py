"""The Node workspaces: their packages installed as locked, and programs run in them."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
JUDGES = HOUSE / "tests" / "clients"
PACKAGE = HOUSE / "clients" / "typescript"
GRAPHIQL = HOUSE / "clients" / "graphiql"
MANIFEST = PACKAGE / "trusted-documents.json"
REQUIRED = os.environ.get("MERITGRAPH_CLIENTS") == "required"
"""Whether a machine that cannot run the clients fails; elsewhere their tests are skipped and say why."""

_OLDEST = 20


class Missing(Exception):
    """Why the clients cannot be run on this machine."""


def run(folder: Path, *argv: str, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """A program in that folder, its words in one text; it is not checked for success."""
    told = os.environ | {"NO_COLOR": "1", "npm_config_update_notifier": "false"} | dict(env or {})
    words = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(argv, cwd=folder, env=told, text=True, check=False, timeout=300, **words)  # type: ignore[call-overload,no-any-return]


def install(folder: Path) -> None:
    """Have the folder's packages as its lock file says; Missing where that cannot be done. Safe beside other tests."""
    _require_node()
    installed, lock = folder / "node_modules" / ".installed", (folder / "package-lock.json").read_text()
    with (folder / ".npmrc").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if installed.exists() and installed.read_text() == lock:
            return
        done = run(folder, "npm", "ci", "--loglevel", "error")
        if done.returncode:
            raise Missing(f"npm ci in {folder.relative_to(HOUSE)} failed: {done.stdout.strip()[-2000:]}")
        installed.write_text(lock)


def _require_node() -> None:
    if not shutil.which("node") or not shutil.which("npm"):
        raise Missing(f"Node {_OLDEST} or later with npm is not installed.")
    version = run(HOUSE, "node", "--version").stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < _OLDEST:
        raise Missing(f"Node {version} is older than {_OLDEST}.")
