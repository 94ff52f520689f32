"""What 200 combinations of plugins and permissions take in memory: their schemas and plans."""

from bench.graphql.figure import Figure

COMBINATIONS, MOST_MIB = 200, 300.0


def measure_combinations() -> list[Figure]:
    """Growth of a process that has seen them all; not measured yet."""
    name = f"{COMBINATIONS} combinations of plugins and permissions"
    return [Figure(name, None, "MiB", MOST_MIB, said="not measured yet")]
