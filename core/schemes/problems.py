"""What is wrong with a scheme, told with its place."""

from typing import TypedDict

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.model_problems import words_of


class Problem(TypedDict):
    """`path` as "sections[0].lines[2].base"; a code for machines; a sentence that says what to do."""

    path: str
    code: str
    message: str


_SHAPE = {
    "missing": ("FIELD_MISSING", "This field is needed."),
    "extra_forbidden": ("FIELD_UNKNOWN", "There is no such field: check its spelling."),
    "greater_than": ("NUMBER_OUT_OF_RANGE", None),
    "greater_than_equal": ("NUMBER_OUT_OF_RANGE", None),
    "less_than_equal": ("NUMBER_OUT_OF_RANGE", None),
    "enum": ("CHOICE_UNKNOWN", None),
    "literal_error": ("CHOICE_UNKNOWN", None),
    "string_unicode": ("TEXT_INVALID", None),
    "too_short": ("LIST_EMPTY", "This list needs an entry."),
    "string_too_short": ("TEXT_INVALID", "This text must not be empty."),
}


def shape_problems(refused: ValidationError, prefix: str = "") -> list[Problem]:
    """Pydantic's errors in our words; `prefix` is the path of what was validated."""
    return [_shape_problem(error, prefix) for error in refused.errors(include_url=False, include_input=False)]


def _shape_problem(error: ErrorDetails, prefix: str) -> Problem:
    code, message = _SHAPE.get(error["type"], ("TYPE_WRONG", None))
    if error["type"].isupper():
        code = error["type"]
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"])
    return problem((prefix + path).removeprefix("."), code, message or _sentence(words_of(error)))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def problem(path: str, code: str, message: str) -> Problem:
    """One problem."""
    return Problem(path=path, code=code, message=message)
