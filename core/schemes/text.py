"""A scheme as people write it: YAML, or JSON from a program."""

from typing import Any

import orjson

from core.errors import InputError
from core.plain_yaml import parse_plain_yaml

LONGEST = 100_000
"""Characters. A sheet of two hundred lines has a third of it."""


def parse_scheme(text: str) -> Any:
    """The plain data of a scheme's text, for read_scheme: JSON if it begins with a brace, else YAML.

    InputError SCHEME_UNREADABLE, also for more than LONGEST.
    """
    if len(text) > LONGEST:
        raise _unreadable(f"A scheme has at most {LONGEST} characters.")
    try:
        return orjson.loads(text) if text.lstrip().startswith("{") else parse_plain_yaml(text)
    except orjson.JSONDecodeError as wrong:
        raise _unreadable(f"This cannot be read as JSON: {wrong}.") from wrong
    except InputError as wrong:
        raise _unreadable(wrong.message) from wrong


def _unreadable(sentence: str) -> InputError:
    return InputError(sentence, code="SCHEME_UNREADABLE")
