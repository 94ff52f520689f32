"""Generated row writers: one function a level, that puts a record's JSON text together without a detour.

The text of the function is made of response keys, which the grammar keeps to letters, digits and underscores, of
type names and of numbers; everything else reaches it as a value.
"""

from collections.abc import Callable, Sequence
from typing import Any

Written = Callable[[Sequence[Any], Sequence[Any], Any], list[str]]
"""Of records, values prepared for this answer, and the context."""


class Writer:
    """Collects what the loop over records refers to. Texts are Python expressions."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self.slots = 0
        """How many values are prepared for an answer."""

    def known(self, value: Any) -> str:
        """A name for a value that is the same in every answer."""
        name = f"k{len(self._known)}"
        self._known[name] = value
        return name

    def prepared(self) -> tuple[int, str]:
        """A name for a value of this answer alone, and its number among them."""
        number = self.slots
        self.slots += 1
        return number, f"p{number}"

    def finish(self, expression: str) -> Written:
        """The function that gives the expression's text for every record."""
        names = "".join(f"    p{number} = prepared[{number}]\n" for number in range(self.slots))
        source = (
            "def write(records, prepared, context):\n    found = []\n    add = found.append\n"
            f"{names}    for n, r in enumerate(records):\n        add({expression})\n    return found\n"
        )
        room: dict[str, Any] = dict(self._known)
        exec(compile(source, "<row writer>", "exec"), room)
        written: Written = room["write"]
        return written


def object_of(keys: Sequence[str], expressions: Sequence[str]) -> str:
    """An expression for a JSON object with these keys, of expressions for its values' texts."""
    if not keys:
        return "'{}'"
    text = ",".join(f'"{key}":%s' for key in keys)
    return f"'{{{text}}}' % ({', '.join(expressions)},)"
