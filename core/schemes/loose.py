"""Walking through a scheme as given, before anybody knows that it is one: what cannot be walked is passed over."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def listed(value: Any) -> Sequence[Any]:
    """A list, or nothing."""
    return value if isinstance(value, list | tuple) else ()


def sections_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Path and content of every section: "sections[0]"."""
    for number, section in enumerate(listed(body.get("sections"))):
        if isinstance(section, Mapping):
            yield f"sections[{number}]", section


def lines_in(path: str, section: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Path and content of every line of one section: "sections[0].lines[2]"."""
    for number, line in enumerate(listed(section.get("lines"))):
        if isinstance(line, Mapping):
            yield f"{path}.lines[{number}]", line


def lines_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Path and content of every line of the sheet."""
    for path, section in sections_of(body):
        yield from lines_in(path, section)
