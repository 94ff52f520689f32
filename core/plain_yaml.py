"""YAML files that people hand in, read as plain data: nothing in one can stall or bring down who reads it."""

from pathlib import Path
from typing import Any

import yaml

from core.errors import InputError

MOST_NODES = 20_000
"""Of a text: PyYAML reads about 50,000 a second."""

_NOT_PLAIN = "anchors (&) and aliases (*) are not read here: write the text out"


class _PlainLoader(yaml.SafeLoader):
    """Without anchors, aliases and merges: nine lines of them can stand for more than memory holds, or for themselves.

    A key that stands twice is an error; by itself YAML would quietly drop the first.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None) is not None:
            raise yaml.composer.ComposerError(None, None, _NOT_PLAIN, event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(None, None, "a key is not one plain text", key.start_mark)
        read = super().construct_mapping(node, deep)
        if len(read) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice in one mapping", node.start_mark)
        return read


def read_plain_yaml(file: Path) -> Any:
    """What a YAML file in UTF-8 holds. InputError FILE_UNREADABLE, with the `reason` alone as a field."""
    try:
        if not file.is_file():  # a pipe would be waited on for ever
            raise OSError("not a plain file")
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_PlainLoader)
    except Exception as wrong:  # of odd tags PyYAML lets IndexError, KeyError and others through
        reason = " ".join(f"{type(wrong).__name__}: {wrong}".split())[:300]
        raise InputError(f"{file} cannot be read as YAML: {reason}", code="FILE_UNREADABLE", reason=reason) from wrong


class _BoundedLoader(_PlainLoader):
    """Stops at MOST_NODES: what a request brings may take a thread for a moment, not for ten seconds."""

    seen = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.seen += 1
        if self.seen > MOST_NODES:
            raise yaml.composer.ComposerError(None, None, f"more than {MOST_NODES} values", None)
        return super().compose_node(parent, index)


def parse_plain_yaml(text: str) -> Any:
    """What a YAML text of at most MOST_NODES values says. InputError FILE_UNREADABLE, with the `reason`."""
    return _parsed(text, _BoundedLoader)


def _parsed(text: str, loader: type[_BoundedLoader]) -> Any:
    try:
        return yaml.load(text, Loader=loader)
    except RecursionError as wrong:
        raise _unreadable("it is nested too deeply") from wrong
    except Exception as wrong:
        raise _unreadable(" ".join(f"{type(wrong).__name__}: {wrong}".split())[:300]) from wrong


def _unreadable(reason: str) -> InputError:
    return InputError(f"This cannot be read as YAML: {reason}", code="FILE_UNREADABLE", reason=reason)


class _TextLoader(_BoundedLoader):
    """Every scalar is the text that stands there: `01` and `no` stay what they are."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


def parse_text_yaml(text: str) -> Any:
    """What a YAML (or JSON) text of at most MOST_NODES values says, scalars as text. InputError FILE_UNREADABLE."""
    return _parsed(text, _TextLoader)
