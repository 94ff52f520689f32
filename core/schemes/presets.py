"""Presets (考核办法模板): schemes that come with the product, to be saved under a bank's own code and changed."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import NotFound
from core.indicators.indicator import Labels
from core.plain_yaml import read_plain_yaml

_SHIPPED = Path(__file__).parent / "shipped"


@dataclass(frozen=True)
class Preset:
    """`text`: the scheme as YAML with its comments, as a person would save it."""

    code: str
    labels: Labels
    description: Labels
    text: str

    def body(self, code: str | None = None, pool: str | None = None) -> dict[str, Any]:
        """The scheme for `read_scheme`, under a code of the bank's own and with its pool, in major units."""
        scheme: dict[str, Any] = read_plain_yaml(_file(self.code))
        if code is not None:
            scheme["code"] = code
        if pool is not None:
            scheme["pay"]["pool"] = pool
        return scheme


@cache
def presets() -> tuple[Preset, ...]:
    """Every preset, by code."""
    listed = (_preset(entry["code"], entry["description"]) for entry in read_plain_yaml(_SHIPPED / "index.yaml"))
    return tuple(sorted(listed, key=lambda preset: preset.code))


def preset(code: str) -> Preset:
    """The preset of this code; NotFound."""
    for known in presets():
        if known.code == code:
            return known
    names = ", ".join(known.code for known in presets())
    raise NotFound(f"There is no preset {code[:50]!r}. There are: {names}.")


def _preset(code: str, description: dict[str, str]) -> Preset:
    words = read_plain_yaml(_file(code))["labels"]
    return Preset(code, Labels(**words), Labels(**description), _file(code).read_text(encoding="utf-8"))


def _file(code: str) -> Path:
    return _SHIPPED / f"{code}.yaml"
