"""Notices: PostgreSQL says that something has moved on (triggers do), whoever moved it.

No wall stands around a channel, so a notice carries ids alone and is a hint, no more: whoever hears it reads what it
is about through the bank's own wall.
"""

from dataclasses import dataclass

RUNS = "meritgraph_runs"
"""A run's status or progress has changed: bank and run."""
RESULTS = "meritgraph_results"
"""A run was completed or published: bank and run."""
PEOPLE = "meritgraph_people"
"""Somebody may log in or no longer may, or roles were given or taken: the bank alone."""
REGISTERS = "meritgraph_registers"
"""Managers, posts, branches, plugins or registered documents have changed: the bank alone."""
CHANNELS = (PEOPLE, RESULTS, RUNS)


@dataclass(frozen=True, slots=True)
class Notice:
    """`bank`: its id. `run`: the run's code, "" where it is about none."""

    channel: str
    bank: int
    run: str = ""


def read_notice(channel: str, payload: str) -> Notice | None:
    """The notice of a payload; None for what is no notice of ours."""
    bank, _, run = payload.partition(" ")
    known = not run if channel in (PEOPLE, REGISTERS) else bool(run) and channel in CHANNELS
    return Notice(channel, int(bank), run) if known and bank.isascii() and bank.isdecimal() else None
