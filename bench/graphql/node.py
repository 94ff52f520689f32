"""Node and the packages of `bench/peers`, as the lock file there names them."""

import shutil
import subprocess
from pathlib import Path

from bench.row import tell

PEERS = Path(__file__).resolve().parents[1] / "peers"
INSTALL_SECONDS = 600


class NoNode(Exception):
    """The Node peers cannot be measured; says what is missing."""


def ready_node() -> str:
    """The Node to run the peers with, which their packages bring; they are installed when missing or outdated."""
    installed = PEERS / "node_modules" / ".package-lock.json"
    lock = PEERS / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _install()
    node = PEERS / "node_modules" / ".bin" / "node"
    if not node.exists():
        raise NoNode(f"{node} is missing: remove bench/peers/node_modules and try again.")
    return str(node)


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NoNode("npm is not installed: Mercurius and PostGraphile are left out.")
    tell("installing bench/peers (npm ci)")
    command = [npm, "ci", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise NoNode(f"npm ci took longer than {INSTALL_SECONDS} s: Mercurius and PostGraphile are left out.") from None
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise NoNode(f"npm ci failed ({last[0]}): Mercurius and PostGraphile are left out.")
