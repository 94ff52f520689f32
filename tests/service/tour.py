"""Reading docs/tour.md: its questions in order, who asks them, and the answers it shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tour.md"
MORE = "…"
"""Stands for anything: in a text for some of it, in a list for any number of elements."""

_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A question, GraphQL or a command line, and the answer that stands right behind it. `person`: who asks."""

    language: str
    text: str
    person: str
    answer: str


def steps() -> list[Step]:
    """All of the page."""
    found = _FENCED.findall(PAGE.read_text(encoding="utf-8"))
    behind = {"graphql": "json", "sh": "text"}
    return [
        Step(language, text, _person(text), after)
        for (language, text), (kind, after) in zip(found, [*found[1:], ("", "")], strict=True)
        if language in behind and kind == behind[language]
    ]


def questions() -> int:
    """How many there are, answered or not."""
    return sum(language in ("graphql", "sh") for language, _ in _FENCED.findall(PAGE.read_text(encoding="utf-8")))


def _person(text: str) -> str:
    said = re.match(r"# as (\w+)\n", text)
    return said[1] if said else ""


def matches(shown: Any, got: Any) -> bool:
    """Whether what the page shows is what came back."""
    if shown == MORE:
        return True
    if isinstance(shown, dict):
        return isinstance(got, dict) and shown.keys() == got.keys() and all(matches(shown[k], got[k]) for k in shown)
    if isinstance(shown, list):
        return isinstance(got, list) and _match_lists(shown, got)
    if isinstance(shown, str) and MORE in shown:
        return isinstance(got, str) and re.fullmatch(_pattern(shown), got, re.DOTALL) is not None
    return bool(shown == got)


def _match_lists(shown: Sequence[Any], got: Sequence[Any]) -> bool:
    if not shown:
        return not got
    if shown[0] == MORE:
        return any(_match_lists(shown[1:], got[skipped:]) for skipped in range(len(got) + 1))
    return bool(got) and matches(shown[0], got[0]) and _match_lists(shown[1:], got[1:])


def _pattern(shown: str) -> str:
    return ".*".join(re.escape(part) for part in shown.split(MORE))
