"""What a model refused, told in our words: a sentence of the validator's own never leaves the house."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.errors import InputError

Told = Mapping[str, str]
"""{path, problem}: "labels.en" (empty: the whole) and what to do."""

_WORDS = {
    "missing": "this is needed",
    "extra_forbidden": "there is no such field: check its spelling",
    "greater_than": "write a number above {gt}",
    "greater_than_equal": "write {ge} or more",
    "less_than": "write less than {lt}",
    "less_than_equal": "write {le} or less",
    "string_too_short": "write at least {min_length} character(s)",
    "string_too_long": "write at most {max_length} characters",
    "too_short": "give at least {min_length}",
    "too_long": "give at most {max_length}",
    "string_pattern_mismatch": "write it as {pattern}",
    "enum": "write {expected}",
    "literal_error": "write {expected}",
}
_KINDS = {
    "string": "write a text",
    "int": "write a whole number",
    "decimal": "write a plain decimal number",
    "bool": "write true or false",
    "date": "write a day such as 2026-09-30",
    "dict": "write names with their values",
    "mapping": "write names with their values",
    "model": "write names with their values",
    "list": "write a list",
    "tuple": "write a list",
}


def words_of(error: ErrorDetails) -> str:
    """One fault as a half sentence that says what to do. Errors raised by our own validators keep their words."""
    kind = error["type"]
    if kind == "value_error" or kind.isupper():
        return error["msg"].removeprefix("Value error, ")
    told = _WORDS.get(kind) or _KINDS.get(kind.split("_")[0], "this cannot be used")
    return told.format(**error.get("ctx", {}))


def problems_of(refused: ValidationError) -> list[Told]:
    """Every fault with its path."""
    errors = refused.errors(include_url=False, include_input=False)
    return [{"path": ".".join(map(str, one["loc"])), "problem": words_of(one)} for one in errors]


def not_usable(what: str, code: str, problems: Sequence[Told]) -> InputError:
    """One error that lists every problem, in its sentence and as `problems`. `what`: "The feed", "The settings"."""
    told = "; ".join(f"{one['path']}: {one['problem']}" if one["path"] else one["problem"] for one in problems)
    return InputError(f"{what} cannot be used. {told}.", code=code, what=what, problems=list(problems))
