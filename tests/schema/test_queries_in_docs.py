"""Every query in README and docs is one the schema accepts."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from schema.query import make_schema

PROJECT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)
QUERIES = [
    pytest.param(block, id=f"{path.name}-{number}")
    for path in [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
    for number, block in enumerate(BLOCK.findall(path.read_text(encoding="utf-8")), 1)
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_in_the_docs_is_valid(query: str) -> None:
    assert validate(make_schema()._schema, parse(query)) == []


def test_the_docs_have_queries() -> None:
    assert len(QUERIES) >= 3
