"""YAML files that people hand in, read as plain data: nothing in one can stall or bring down who reads it."""

from pathlib import Path
from typing import Any

import yaml

from core.errors import InputError

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


def parse_plain_yaml(text: str) -> Any:
    """What a YAML text says, read as `read_plain_yaml` reads a file. InputError FILE_UNREADABLE, with the `reason`."""
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except Exception as wrong:
        reason = " ".join(f"{type(wrong).__name__}: {wrong}".split())[:300]
        raise InputError(f"This cannot be read as YAML: {reason}", code="FILE_UNREADABLE", reason=reason) from wrong


class _TextLoader(_PlainLoader):
    """Every scalar is the text that stands there: `01` and `no` stay what they are."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


def parse_text_yaml(text: str) -> Any:
    """What a YAML (or JSON) text says, every scalar as text. InputError FILE_UNREADABLE."""
    try:
        return yaml.load(text, Loader=_TextLoader)
    except Exception as wrong:
        reason = " ".join(f"{type(wrong).__name__}: {wrong}".split())[:300]
        raise InputError(f"This cannot be read as YAML: {reason}", code="FILE_UNREADABLE", reason=reason) from wrong
