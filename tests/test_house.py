"""The house keeps its own rules: rooms, names, sizes, the tenant wall, the hooks page, the lock file."""

import ast
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement

from core.plugins import hooks

HOUSE = Path(__file__).resolve().parents[1]
ROOMS = ("core", "plugins", "tenants", "schema", "service", "migrations", "bench", "examples")
NOT_OURS = {"node_modules", "__pycache__", "build", "dist"}
# Written so that this file does not name them either.
REGISTRIES = re.compile(
    r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|yarnpkg[.]com|deb[.]debian[.]org|crates[.]io|proxy[.]golang[.]org"
)
MAY_NAME_THE_BANK = ("tenants/binding.py", "core/table.py", "core/jobs/store.py", "migrations/", "service/queue.py")
WRITTEN_BY_ALEMBIC = "migrations/versions/"
BANK_IN_SQL = re.compile(r"\bbank_id\s*(?:=|<>|!=|\bin\b|\bis\b)|(?:=|<>|!=)\s*(?:\w+\.)?bank_id\b", re.IGNORECASE)


def files(*suffixes: str) -> list[Path]:
    """The project's own files with these suffixes (all without any), sorted."""
    found = []
    for folder, folders, names in os.walk(HOUSE):
        folders[:] = [n for n in folders if n == ".ci" or not (n.startswith(".") or n in NOT_OURS or ".egg-" in n)]
        found += [Path(folder, name) for name in names if not suffixes or name.endswith(suffixes)]
    return sorted(found)


def shown(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), shown(path))


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > len(ROOMS)
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_an_init_holds_a_docstring_at_most() -> None:
    found = files("__init__.py")
    assert HOUSE / "core" / "__init__.py" in found
    holding_more = []
    for path in found:
        body = parsed(path).body
        if len(body) > 1 or (body and ast.get_docstring(parsed(path)) is None):
            holding_more.append(shown(path))
    assert holding_more == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_dependency_claims_the_name_of_a_room(room: str) -> None:
    shipped = {
        distribution.name
        for distribution in importlib.metadata.distributions()
        for file in distribution.files or ()
        if file.parts[0] in {room, f"{room}.py"}
    }
    assert shipped <= {"meritgraph"}
    spec = importlib.util.find_spec(room)
    assert spec is not None
    assert spec.origin == str(HOUSE / room / "__init__.py")


def test_no_file_names_a_registry() -> None:
    naming = []
    for path in files():
        if match := REGISTRIES.search(path.read_text(encoding="utf-8", errors="replace")):
            naming.append(f"{shown(path)}: {match[0]}")
    assert naming == []


def banks_by_hand(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines that say which bank: comparisons, arguments, assignments, SQL in text that is no docstring."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(getattr(side, "attr", getattr(side, "id", "")) == "bank_id" for side in sides):
                yield node.lineno, "compares bank_id"
        elif isinstance(node, ast.keyword) and node.arg == "bank_id":
            yield node.value.lineno, "passes bank_id"
        elif isinstance(node, ast.Attribute) and node.attr == "bank_id" and isinstance(node.ctx, ast.Store):
            yield node.lineno, "sets bank_id"
        elif isinstance(node, ast.Constant) and id(node) not in docstrings and BANK_IN_SQL.search(str(node.value)):
            yield node.lineno, "names a bank in SQL"


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("rows = [r for r in found if r.bank_id == bank]", True),
        ("select(Run).filter_by(bank_id=bank)", True),
        ("run.bank_id = bank", True),
        ("session.rows('SELECT run FROM bank.runs WHERE bank_id = $1', bank)", True),
        ("session.rows('SELECT run FROM bank.runs r WHERE $1 = r.bank_id', bank)", True),
        ("session.rows('SELECT bank_id, run FROM bank.runs')", False),
        ("'''Rows where bank_id = the session's bank.'''", False),
    ],
)
def test_the_lint_tells_a_bank_written_by_hand(line: str, refused: bool) -> None:
    assert bool(list(banks_by_hand(ast.parse(line)))) is refused


def test_no_bank_is_written_by_hand() -> None:
    found = []
    for path in files(".py"):
        name = shown(path)
        if name.startswith(tuple(f"{room}/" for room in ROOMS)) and not name.startswith(MAY_NAME_THE_BANK):
            found += [f"{name}:{line}: {what}" for line, what in banks_by_hand(parsed(path))]
    assert found == []


def test_files_and_functions_stay_small() -> None:
    too_long = []
    for path in files(".py"):
        if shown(path).startswith(WRITTEN_BY_ALEMBIC):
            continue
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > 400:
            too_long.append(f"{shown(path)}: {lines} lines")
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                span = (node.end_lineno or node.lineno) - node.lineno + 1
                if span > 60:
                    too_long.append(f"{shown(path)}:{node.lineno} {node.name}: {span} lines")
    assert too_long == []


def specified_hooks() -> set[tuple[str, str]]:
    """(hook with its arguments, what it gives), as docs/plugins.md writes them."""
    found = set()
    for node in ast.walk(parsed(Path(hooks.__file__))):
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(d) == "specification" for d in node.decorator_list):
            arguments = ", ".join(argument.arg for argument in node.args.args[1:])
            assert node.returns is not None
            found.add((f"{node.name}({arguments})", ast.unparse(node.returns)))
    return found


def test_the_plugin_page_describes_every_hook_and_no_other() -> None:
    page = (HOUSE / "docs" / "plugins.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `(\w+\([\w, ]*\))` \| `([^`]+)` \|", page, re.MULTILINE)
    assert len(described) == len(set(described))
    assert set(described) == specified_hooks()


def requirements() -> list[Requirement]:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["embedded"]
    return [Requirement(line) for line in declared + project["dependency-groups"]["dev"]]


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_the_lock_file_satisfies_every_requirement(requirement: Requirement) -> None:
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    name = re.sub(r"[-_.]+", "-", requirement.name).lower()
    pinned = re.findall(rf"^{re.escape(name)}==([^\s;\\]+)", lock, re.MULTILINE)
    assert pinned, f"{name} is not locked: make lock"
    assert all(requirement.specifier.contains(version) for version in pinned), "out of date: make lock"


def test_everything_locked_has_its_hash() -> None:
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", re.sub(r"^ *#.*\n", "", lock, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_error_tree_is_drawn_whole() -> None:
    """Every class that descends from the root stands in the drawing at the top of core/errors.py."""
    drawn = ast.get_docstring(parsed(HOUSE / "core" / "errors.py")) or ""
    classes = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for path in files(".py")
        if not shown(path).startswith("tests/")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    }
    tree = {"MeritgraphError"}
    while grown := {name for name, bases in classes.items() if bases & tree} - tree:
        tree |= grown
    assert {name for name in tree if not re.search(rf"\b{name}\b", drawn)} == set()
    assert len(tree) >= 12
