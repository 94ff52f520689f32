"""What 200 combinations of plugins and permissions take in memory: their schemas and plans."""

from bench.graphql.figure import Figure
from bench.graphql.visible import measure

COMBINATIONS, MOST_MIB = 200, 300.0


def measure_combinations() -> list[Figure]:
    """Growth of a process that has seen them all."""
    return measure(COMBINATIONS, MOST_MIB)
