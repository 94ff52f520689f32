"""Faults of core told in the names the API has for its fields."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from strawberry.utils.str_converters import to_camel_case

from core.errors import InputError
from core.model_problems import not_usable


@contextmanager
def in_api_names(code: str, names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Tell the problems of an InputError of this code anew. `names`: core's path → ours; others become camelCase."""
    try:
        yield
    except InputError as error:
        if error.code != code or "what" not in error.fields:
            raise
        known = names or {}
        problems = [
            {**one, "path": known.get(one["path"]) or to_camel_case(one["path"])} for one in error.fields["problems"]
        ]
        raise not_usable(error.fields["what"], code, problems) from error
