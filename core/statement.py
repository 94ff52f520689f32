"""The arguments of a SQL statement while its text is put together."""

from typing import Any


class Arguments:
    """Collects values; the text only ever sees their places ($1, $2, …)."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def add(self, value: object) -> str:
        """The place of `value` in the text."""
        self.values.append(value)
        return f"${len(self.values)}"
