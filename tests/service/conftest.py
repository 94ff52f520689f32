"""The command line as its users meet it: a process with arguments, output and an exit code."""

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.database import Database
from service.settings import Settings

HOUSE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """What a command said and how it ended."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as JSON."""
        return json.loads(self.out)


Command = Callable[..., Done]


@pytest.fixture(scope="session")
def cli(settings: Settings, database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Runs `meritgraph ARGS…` against the test database; `env` and `cwd` change its surroundings."""
    folder = tmp_path_factory.mktemp("cli")
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("cli_server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=HOUSE,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    ours = {"MERITGRAPH_DATABASE_URL": settings.database_url, "MERITGRAPH_STATE": str(settings.state), "COLUMNS": "160"}

    def run(*argv: str | Path, env: dict[str, str] | None = None, cwd: Path = folder) -> Done:
        request = {
            "argv": [str(word) for word in argv],
            "env": ours | (env or {}),
            "cwd": str(cwd),
            "folder": str(folder),
        }
        server.stdin.write(json.dumps(request) + "\n")  # type: ignore[union-attr]
        server.stdin.flush()  # type: ignore[union-attr]
        code = int(server.stdout.readline())  # type: ignore[union-attr]
        return Done(code, (folder / "out").read_text(), (folder / "err").read_text())

    with server:
        yield run


@pytest.fixture(scope="session")
def demo(cli: Command) -> Done:
    """The demonstration built in the test database: banks north and harbour with people, facts and a run each."""
    done = cli("demo", "--once")
    assert done.exit == 0, done.err
    return done


@pytest.fixture
def new_bank(cli: Command) -> Callable[[], str]:
    """Registers a bank whose administrator is `root`; gives its code."""

    def register() -> str:
        code = f"t{secrets.token_hex(4)}"
        done = cli("bank", "create", code, "--name", "Test Bank", "--admin", "root")
        assert done.exit == 0, done.err
        return code

    return register
