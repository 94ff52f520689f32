"""Notices of runs: PostgreSQL says which run has moved on (a trigger does), whoever moved it."""

CHANNEL = "meritgraph_runs"


def read_notice(payload: str) -> tuple[int, str] | None:
    """The bank's id and the run a notice is about; None for what is no notice of ours."""
    bank, _, run = payload.partition(" ")
    return (int(bank), run) if bank.isascii() and bank.isdecimal() and run else None
