"""Reading case files: YAML lists of name, rule, given, expect. What cannot be read is a failure with its place."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.cases.case import Case, Failure
from core.errors import InputError
from core.plain_yaml import read_plain_yaml

_KEYS = {"name": str, "rule": str, "given": dict, "expect": dict}
_PLACE = "a file or a folder with *.yaml"
_CASE = "a case with name, rule, given and expect"


def read_cases(paths: Sequence[Path]) -> Iterator[Case | Failure]:
    """Every case of the files, and of all *.yaml and *.yml below the folders, in the order of their paths."""
    for path in paths:
        try:
            files = _files(path)
        except OSError as wrong:
            yield Failure(path, "no case", _PLACE, f"{type(wrong).__name__}: {wrong.strerror}")
            continue
        if not files:
            yield Failure(path, "no case", _PLACE, "nothing there")
        for file in files:
            yield from _read_file(file)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
    return [path] if path.is_file() else []


def _read_file(file: Path) -> Iterator[Case | Failure]:
    try:
        cases = read_plain_yaml(file)
    except InputError as wrong:
        yield Failure(file, "the file", "a YAML list of cases", wrong.fields["reason"])
        return
    if not isinstance(cases, list) or not cases:
        yield Failure(file, "the file", "a YAML list of cases", "none")
        return
    for number, case in enumerate(cases, start=1):
        yield _read_case(file, number, case)


def _read_case(file: Path, number: int, case: Any) -> Case | Failure:
    place = f"case {number}"
    if not isinstance(case, dict):
        return Failure(file, place, _CASE, type(case).__name__)
    if isinstance(case.get("name"), str):
        place = f"case {number} ({case['name']})"
    if unknown := sorted(str(key) for key in case.keys() - _KEYS.keys()):
        return Failure(file, place, _CASE, f"also {', '.join(unknown)}")
    if wrong := [key for key, kind in _KEYS.items() if not isinstance(case.get(key), kind)]:
        return Failure(file, place, _CASE, f"no usable {', '.join(wrong)}")
    return Case(file, case["name"], case["rule"], case["given"], case["expect"])
