"""What 200 combinations of plugins and permissions take in memory: their schemas and plans."""

import importlib.util

from bench.graphql.figure import Figure

NAME, COMBINATIONS, MOST_MIB = "200 combinations of plugins and permissions", 200, 300.0


def measure_combinations() -> list[Figure]:
    """In a process of its own; not measured before `schema.visible` prunes schemas."""
    if importlib.util.find_spec("schema.visible") is None:
        return [Figure(NAME, None, "MiB", MOST_MIB, said="not served yet: there is no schema.visible")]
    return [Figure(NAME, None, "MiB", MOST_MIB, said="schema.visible is there: write its measure here")]
