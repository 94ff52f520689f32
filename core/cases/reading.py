"""Reading case files: YAML lists of name, rule, given, expect. What cannot be read is a failure with its place."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from core.cases.case import Case, Failure

_KEYS = {"name": str, "rule": str, "given": dict, "expect": dict}
_CASE = "a case with name, rule, given and expect"


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error; by itself it would quietly drop the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) != len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice in one mapping", node.start_mark)
        return super().construct_mapping(node, deep)


def read_cases(paths: Sequence[Path]) -> Iterator[Case | Failure]:
    """Every case of the files, and of all *.yaml and *.yml below the folders, in the order of their paths."""
    for path in paths:
        files = _files(path)
        if not files:
            yield Failure(path, "no case", "a file or a folder with *.yaml", "nothing there")
        for file in files:
            yield from _read_file(file)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
    return [path] if path.exists() else []


def _read_file(file: Path) -> Iterator[Case | Failure]:
    try:
        cases = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError, ValueError, RecursionError) as wrong:
        yield Failure(file, "the file", "a YAML list of cases", f"{type(wrong).__name__}: {wrong}")
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
