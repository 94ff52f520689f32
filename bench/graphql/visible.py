"""What many combinations of permissions and plugins take: for each its schema, and the front ends' plans on it."""

import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import OperationType, parse, print_ast, separate_operations
from graphql.execution.values import get_variable_values

from bench.graphql.figure import Figure
from schema.checking import CheckedSchema, operation_of, parsed
from schema.needs import Permits
from schema.query import make_schema
from tenants.policy import VOCABULARY

PAGES = Path(__file__).parents[2] / "clients" / "typescript" / "documents"
MIB = 1 << 20


@dataclass(frozen=True)
class Taken:
    """By a process of its own. `mib`: growth of its resident memory from one schema with its plans to all of them."""

    combinations: int
    plans: int
    mib: float
    slowest_ms: float


def measure(combinations: int, most_mib: float) -> list[Figure]:
    """All combinations at once, in a fresh process."""
    asked = [sys.executable, "-m", "bench.graphql.visible", str(combinations)]
    taken = Taken(**json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout))
    name = f"{taken.combinations} combinations of plugins and permissions, {taken.plans:,} plans"
    return [
        Figure(name, taken.mib, "MiB", most_mib),
        Figure("a combination nobody had before: its schema made, slowest", taken.slowest_ms, "ms"),
    ]


def take(combinations: int) -> Taken:
    """Make them all, here. The chance is seeded; no two see the same."""
    schemas = make_schema().schemas
    plugins = sorted({code for need in schemas.pruner.shape.guarded.values() for code in need.plugins})
    pages, chance = list(_pages()), random.Random(1)
    everything = Permits(frozenset(VOCABULARY), frozenset(VOCABULARY), frozenset(plugins))
    kept = {id(schema): schema for schema in [schemas.allowing(everything)]}
    plans, slowest = _planned(schemas.allowing(everything), pages), 0.0
    before = _resident()
    while len(kept) < combinations:
        began = time.perf_counter()
        schema = schemas.allowing(_some(chance, plugins))
        slowest = max(slowest, time.perf_counter() - began)
        if id(schema) not in kept:
            kept[id(schema)] = schema
            plans += _planned(schema, pages)
    return Taken(combinations, plans, (_resident() - before) / MIB, slowest * 1000)


def _some(chance: random.Random, plugins: list[str]) -> Permits:
    """Most permissions, some of them for the whole bank."""
    some = frozenset(name for name in sorted(VOCABULARY) if chance.random() < 0.8)
    whole = frozenset(name for name in sorted(some) if chance.random() < 0.8)
    return Permits(some, whole, frozenset(code for code in plugins if chance.random() < 0.5))


def _pages() -> Iterator[str]:
    """The documents of the front ends, one an operation, with the fragments it needs."""
    together = parse("\n".join(path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.graphql"))))
    for document in separate_operations(together).values():
        yield print_ast(document)


def _planned(schema: CheckedSchema, pages: list[str]) -> int:
    """Check and plan what this schema can answer; how many plans that are."""
    plans = 0
    for page in pages:
        operation = operation_of(parsed(page), None)
        if operation.operation is not OperationType.QUERY or schema.checked(page):
            continue
        definitions = operation.variable_definitions or ()
        given: dict[str, Any] = {one.variable.name.value: "2026-Q3" for one in definitions if _is_needed(one)}
        variables = get_variable_values(schema.schema, definitions, given)
        if not isinstance(variables, list):
            plans += schema.plan(page, operation, variables) is not None
    return plans


def _is_needed(definition: Any) -> bool:
    return definition.type.kind == "non_null_type" and definition.default_value is None


def _resident() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


if __name__ == "__main__":
    print(json.dumps(vars(take(int(sys.argv[1])))))
