"""Cases (算例): given this, expect that. Written in YAML by people, run through the product's own code."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Outcome = Mapping[str, Any]
"""What a rule answers: figures by name, or a code under `error` or `not_applicable`."""


@dataclass(frozen=True)
class Case:
    """One case of one rule. `expect` is compared exactly: keys, types, text."""

    file: Path
    name: str
    rule: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Failure:
    """A case that did not give what it expects, or could not be read; `case` names its place then."""

    file: Path
    case: str
    expected: str
    got: str

    @property
    def line(self) -> str:
        """One line that can be printed, whatever the case is called: control and half characters are written out."""
        text = f"FAILED {self.file}: {self.case}: expected {self.expected}, got {self.got}"
        return "".join(map(_printable, " ".join(text.split())))


def _printable(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


@dataclass(frozen=True)
class Report:
    """What became of all cases."""

    passed: int
    failures: tuple[Failure, ...]

    @property
    def lines(self) -> list[str]:
        """One line per failure; the last says how many passed and failed."""
        return [failure.line for failure in self.failures] + [f"{self.passed} passed, {len(self.failures)} failed"]
