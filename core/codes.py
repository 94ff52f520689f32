"""Codes: the natural keys of people, managers, branches and runs."""

LONGEST = 200


def is_code(text: str) -> bool:
    """Whether `text` could be a code at all: 1 to 200 printable characters.

    Asked before a look-up: PostgreSQL raises on a NUL character instead of finding nothing.
    """
    return 1 <= len(text) <= LONGEST and text.isprintable()
