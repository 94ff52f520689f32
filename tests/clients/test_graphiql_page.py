"""GraphiQL's page is what its sources say, and its examples are the front ends' documents and run as they stand."""

import os
import re
import shutil
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse, print_ast, validate

from schema.graphiql import examples
from schema.query import make_schema
from tests.clients.demonstration import Demonstration
from tests.clients.pages import documents
from tests.clients.workspace import HOUSE, run

BUILT = HOUSE / "schema" / "graphiql"
OFFERED = {example["name"]: example for group in examples() for example in group["examples"]}
_LEAST = 18
_CHINESE = re.compile("[一-鿿]")


def _parts(text: str) -> list[str]:
    return sorted(print_ast(part) for part in parse(text).definitions)


def test_every_document_of_the_front_ends_is_an_example() -> None:
    assert {name: _parts(one["query"]) for name, one in OFFERED.items()} == {
        name: _parts(text) for name, text in documents().items()
    }
    assert sum(len(group["examples"]) for group in examples()) == len(OFFERED)


@pytest.mark.parametrize("name", OFFERED)
def test_an_example_is_valid_and_begins_with_its_operation(name: str) -> None:
    document = parse(OFFERED[name]["query"])
    first = document.definitions[0]
    assert isinstance(first, OperationDefinitionNode)
    assert first.name is not None
    assert first.name.value == name
    assert validate(make_schema()._schema, document) == []


def test_everything_in_the_menu_has_a_label_in_both_languages() -> None:
    for one in (*examples(), *OFFERED.values()):
        assert one["en"].isprintable()
        assert _CHINESE.search(one["zh"]), one
        assert not _CHINESE.search(one["en"]), one


def test_what_is_served_is_what_its_sources_build(graphiql: Path, tmp_path: Path) -> None:
    done = run(graphiql, "node", "build.mjs", str(tmp_path))
    assert done.returncode == 0, done.stdout
    built = sorted(path.name for path in tmp_path.iterdir())
    assert built == ["THIRD_PARTY.txt", "examples.json", "graphiql.css", "graphiql.js"]
    stale = [name for name in built if (tmp_path / name).read_bytes() != (BUILT / name).read_bytes()]
    assert stale == [], "run `npm ci && npm run build` in clients/graphiql"


@pytest.fixture(scope="module")
def browser() -> str:
    """A Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("MERITGRAPH_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("Chromium is not installed; MERITGRAPH_BROWSER may name one.")
    return found


def test_the_menu_works_in_a_browser_for_every_role(judges: Path, browser: str, demo: Demonstration) -> None:
    env = {"MERITGRAPH_URL": demo.address, "MERITGRAPH_BROWSER": browser}
    done = run(judges, "node", "--test", "--test-reporter=tap", "judges/page.test.mjs", env=env)
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout
    assert passed is not None, done.stdout
    assert int(passed[1]) >= _LEAST, done.stdout
