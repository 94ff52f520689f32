"""The pattern of a feed's file names: literal text with the business day in one place."""

import re
from dataclasses import dataclass
from datetime import date

from core.errors import InputError

LONGEST = 200
_DAY = re.compile(r"\{day(?::([^{}]*))?\}")
_PARTS = {"%Y": r"(?P<Y>[0-9]{4})", "%y": r"(?P<y>[0-9]{2})", "%m": r"(?P<m>[0-9]{2})", "%d": r"(?P<d>[0-9]{2})"}
_ENDINGS = (".part", ".tmp", ".control.yaml", ".control.json")


@dataclass(frozen=True)
class NamePattern:
    """`text`: as written, such as `balances_{day:%Y%m%d}.csv`; `{day}` alone is `{day:%Y-%m-%d}`."""

    text: str
    expression: "re.Pattern[str]"

    @classmethod
    def parse(cls, text: str) -> "NamePattern":
        """InputError FEED_INVALID says what to write instead."""
        pieces = _DAY.split(text)
        if len(pieces) != 3:
            raise _invalid(text, "write {day}, or {day:%Y%m%d}, exactly once")
        before, form, after = pieces
        literal = before + after
        if len(text) > LONGEST or not text.isprintable() or set(literal) & set("/\\{}") or before.startswith("."):
            raise _invalid(text, f"a file's name has up to {LONGEST} printable characters, no / \\ {{ }}, no leading .")
        if literal.endswith(_ENDINGS):
            raise _invalid(text, f"names that end with {', '.join(_ENDINGS)} are no deliveries")
        return cls(text, re.compile(re.escape(before) + _day(text, form or "%Y-%m-%d") + re.escape(after)))

    def day(self, name: str) -> date | None:
        """The business day in a file's name; None for a name that does not fit, or a day no calendar has."""
        found = self.expression.fullmatch(name)
        if found is None:
            return None
        parts = found.groupdict()
        year = int(parts["Y"]) if "Y" in parts else 2000 + int(parts["y"])
        try:
            day = date(year, int(parts["m"]), int(parts["d"]))
        except ValueError:
            return None
        return day if 1900 <= day.year <= 9998 else None


def _day(text: str, form: str) -> str:
    pieces = re.split(r"(%.?)", form)
    directives = pieces[1::2]
    if sorted(directives) not in (["%Y", "%d", "%m"], ["%d", "%m", "%y"]) or "/" in form or "\\" in form:
        raise _invalid(text, "a day has one %Y (or %y), one %m and one %d")
    return "".join(_PARTS.get(piece) or re.escape(piece) for piece in pieces)


def _invalid(text: str, what: str) -> InputError:
    return InputError(f"{text[:80]!r} cannot be a feed's file pattern: {what}.", code="FEED_INVALID", field="files")
