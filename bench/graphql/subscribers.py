"""How soon 1,000 open subscriptions on one process hear of a change."""

from bench.graphql.figure import Figure

SUBSCRIPTIONS, MOST_SECONDS = 1_000, 1.0


def measure_subscribers() -> list[Figure]:
    """From the change to the last one told; not measured yet."""
    name = f"a change told to all of {SUBSCRIPTIONS:,} subscriptions"
    return [Figure(name, None, "s", MOST_SECONDS, said="not measured yet")]
