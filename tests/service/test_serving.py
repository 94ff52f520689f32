"""The server process: it answers, works, and ends when it is told to."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.settings import Settings

Serve = Callable[..., tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def serve(settings: Settings, tmp_path: Path) -> Iterator[Serve]:
    """Starts `meritgraph ARGS…` and gives it with its address once it listens; it ends with the test."""
    started: list[subprocess.Popen[str]] = []
    log = tmp_path / "log"

    def start(*argv: str) -> tuple["subprocess.Popen[str]", str]:
        env = os.environ | {
            "MERITGRAPH_DATABASE_URL": settings.database_url,
            "MERITGRAPH_STATE": str(settings.state),
            "PYTHONUNBUFFERED": "1",
        }
        with log.open("w") as out:
            command = [sys.executable, "-c", "from service.cli import main; main()", *argv]
            started.append(subprocess.Popen(command, env=env, stdout=out, stderr=out, text=True))
        for _ in range(600):
            if found := re.search(r"http://[0-9.]+:[0-9]+/graphql", log.read_text()):
                return started[-1], found[0]
            assert started[-1].poll() is None, log.read_text()
            time.sleep(0.1)
        raise AssertionError(log.read_text())

    yield start
    for process in started:
        process.kill()
        process.wait()


def ask(address: str, token: str, query: str) -> Any:
    answer = httpx.post(address, json={"query": query}, headers={"Authorization": f"Bearer {token}"}, timeout=20)
    told = answer.json()
    told.pop("extensions", None)  # what it cost
    return told


def test_a_server_with_a_worker_does_what_is_queued_and_ends_when_told(cli: Any, demo: Any, serve: Serve) -> None:
    process, address = serve("serve", "--port", "0", "--worker")
    assert httpx.get(address.replace("/graphql", "/healthz")).status_code == 200
    assert "eyJ" not in httpx.get(address, headers={"Accept": "text/html"}).text
    token = cli("token", "--bank", "harbour", "--as", "auditor").out.strip()
    assert ask(address, token, "{ me { code } }") == {"data": {"me": {"code": "auditor"}}}
    who = ("--bank", "harbour", "--scheme", "contribution", "--period", "2026-Q3", "--as", "assessor")
    run = cli("run", *who, "--detach").out.strip()
    for _ in range(200):
        done = cli("replay", run, "--bank", "harbour")
        if done.exit == 0:
            break
        time.sleep(0.2)
    assert done.out.startswith("same: "), done.err
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_a_server_with_a_worker_watches_the_inboxes(
    cli: Any, new_bank: Callable[[], str], settings: Settings, serve: Serve
) -> None:
    bank = new_bank()
    file = settings.inbox_folder / bank / "nobodys.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a,b\n1,2\n")
    process, _ = serve("serve", "--port", "0", "--worker")
    for _ in range(300):
        if not file.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert not file.exists()
    assert [row["name"] for row in cli("inbox", "list", "--bank", bank, "--arrived", "--json").json] == ["nobodys.csv"]


def test_the_demo_serves_graphiql_with_a_ready_token_for_every_role(demo: Any, serve: Serve, tmp_path: Path) -> None:
    process, address = serve("demo", "--port", "0")
    page = httpx.get(address, headers={"Accept": "text/html"}).text
    printed = re.findall(r"^(north|harbour) · ([a-z ]+) \((\w+)\)\n(eyJ[\w.-]+)$", (tmp_path / "log").read_text(), re.M)
    roles = {"administrator", "approver", "assessor", "auditor", "branch head", "data steward", "manager"}
    assert {(bank, role) for bank, role, _, _ in printed} == {
        (bank, role) for bank in ("north", "harbour") for role in {*roles, "risk officer", "scheme designer"}
    }
    for bank, role, person, token in printed:
        assert token in page
        answer = ask(address, token, "{ me { code roles } bank { code } }")
        assert answer == {"data": {"me": {"code": person, "roles": [role.replace(" ", "_")]}, "bank": {"code": bank}}}
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
