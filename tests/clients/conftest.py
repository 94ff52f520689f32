"""The demonstration to ask, and the Node workspaces to ask with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.demonstration import Demonstration, demonstration
from tests.clients.workspace import GRAPHIQL, JUDGES, MANIFEST, PACKAGE, REQUIRED, Missing, install, run
from tests.fresh_database import fresh_database


@pytest.fixture(scope="session")
def demo(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration in a database of its own: runs are started there and files handed in."""
    with fresh_database(server_url) as url, demonstration(url, tmp_path_factory.mktemp("demonstration")) as running:
        yield running


def _installed(folder: Path) -> Path:
    try:
        install(folder)
    except Missing as missing:
        if REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(f"{missing} MERITGRAPH_CLIENTS=required makes this a failure.")
    return folder


@pytest.fixture(scope="session")
def judges() -> Path:
    """tests/clients with its packages."""
    return _installed(JUDGES)


@pytest.fixture(scope="session")
def graphiql() -> Path:
    """clients/graphiql with its packages."""
    return _installed(GRAPHIQL)


@pytest.fixture(scope="session")
def package() -> Path:
    """clients/typescript, built; its manifest was current."""
    folder, before = _installed(PACKAGE), MANIFEST.read_text(encoding="utf-8")
    done = run(folder, "npm", "run", "build")
    assert done.returncode == 0, done.stdout
    assert MANIFEST.read_text(encoding="utf-8") == before, "trusted-documents.json was not current; it is now"
    return folder
