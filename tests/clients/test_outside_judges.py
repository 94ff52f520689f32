"""What front-end teams use, run by Node against the demonstration: see judges/ for what each asks."""

import json
import re
from pathlib import Path

import pytest

from core.people.roles import ROLES
from tests.clients.demonstration import Demonstration
from tests.clients.workspace import run

LIVE = {"http": 62, "socket": 5, "apollo": 6, "urql": 6, "relay": 4}
"""Judges of the running server → how many tests each holds at least."""


def _judged(judges: Path, name: str, least: int, demo: Demonstration | None = None) -> None:
    env = {}
    if demo is not None:
        tokens = {role: demo.tokens["north", role] for role in ROLES}
        env = {"MERITGRAPH_URL": demo.address, "MERITGRAPH_TOKENS": json.dumps(tokens)}
    done = run(judges, "node", "--test", "--test-reporter=tap", f"judges/{name}.test.mjs", env=env)
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout
    assert passed is not None, done.stdout
    assert int(passed[1]) >= least, done.stdout


@pytest.mark.parametrize("name", LIVE)
def test_a_judge_of_the_running_server_is_content(judges: Path, demo: Demonstration, name: str) -> None:
    _judged(judges, name, LIVE[name], demo)


@pytest.mark.usefixtures("package")
def test_the_typescript_package_asks_the_running_server(judges: Path, demo: Demonstration) -> None:
    _judged(judges, "package", 5, demo)


def test_the_judges_of_the_committed_schema_are_content(judges: Path) -> None:
    _judged(judges, "sdl", 2)
