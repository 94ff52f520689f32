"""The demonstration as a process of its own, the way a front-end team starts it: `meritgraph demo`."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

_TOKEN = re.compile(r"^(\w+) · ([a-z ]+) \(\w+\)\n(eyJ[\w.-]+)$", re.MULTILINE)
_ADDRESS = re.compile(r"http://[0-9.]+:[0-9]+/graphql")


@dataclass(frozen=True)
class Demonstration:
    """Where it listens, and a token of each role of each bank."""

    address: str
    tokens: Mapping[tuple[str, str], str] = field(repr=False)

    def ask(self, role: str, query: str, variables: Mapping[str, Any] | None = None, bank: str = "north") -> Any:
        """The whole answer to a question of that role, of whatever status."""
        return self.post(role, {"query": query, "variables": variables or {}}, bank).json()

    def post(self, role: str, body: Any, bank: str = "north") -> httpx.Response:
        return httpx.post(self.address, json=body, headers=self.headers(role, bank), timeout=60)

    def headers(self, role: str, bank: str = "north") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[bank, role]}"}


@contextmanager
def demonstration(database_url: str, folder: Path) -> Iterator[Demonstration]:
    """Build both banks in an empty database and serve them until the end."""
    log = folder / "log"
    env = os.environ | {"MERITGRAPH_DATABASE_URL": database_url, "MERITGRAPH_STATE": str(folder / "state")}
    with log.open("w") as out:
        command = [sys.executable, "-u", "-c", "from service.cli import main; main()", "demo", "--port", "0"]
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out, text=True)
    try:
        yield _listening(process, log)
    finally:
        process.terminate()
        process.wait(30)


def _listening(process: "subprocess.Popen[str]", log: Path) -> Demonstration:
    for _ in range(3000):
        said = log.read_text()
        if found := _ADDRESS.search(said):
            tokens = {(bank, role.replace(" ", "_")): token for bank, role, token in _TOKEN.findall(said)}
            return Demonstration(found[0], tokens)
        assert process.poll() is None, said
        time.sleep(0.1)
    raise AssertionError(log.read_text())
