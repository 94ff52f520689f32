"""Writes the committed SDL, schema/schema.graphql: `python -m schema.sdl`. A test compares it with the schema."""

from pathlib import Path

from schema.query import make_schema

COMMITTED = Path(__file__).with_name("schema.graphql")

if __name__ == "__main__":
    COMMITTED.write_text(make_schema().as_str() + "\n", encoding="utf-8")
