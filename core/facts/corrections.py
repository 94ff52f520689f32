"""Corrections: of days that are closed, and by an empty list, which takes balances away."""

from collections.abc import Sequence
from datetime import date

from core.facts.engine import Engine
from core.facts.findings import FindingList
from core.facts.ledger import NamedFile
from core.facts.store import FactStore
from core.indicators.indicator import Labels
from core.periods import first_of_month


def check_closed(first_day: date, closed: date | None, correction: str, findings: FindingList) -> None:
    """A delivery that says something about a closed day needs a reason."""
    if closed is not None and first_day <= closed and not correction:
        findings.add("PERIOD_CLOSED", value=first_day, label=Labels("First day", "最早日期"), more=str(closed))


def balances_on(engine: Engine, store: FactStore, bank: str, files: Sequence[NamedFile], day: date) -> int:
    """How many accounts have a balance on a day. `files`: of a balance table, those in force."""
    spans = [file for file in files if file.part in ("open", "closed") and file.month <= first_of_month(day)]
    newest = max((file.month for file in spans), default=None)
    chosen = [str(store.path(bank, file.sha256)) for file in spans if file.month == newest]
    if newest is None:
        return 0
    if newest < first_of_month(day):  # beyond what was derived the last known balances run on
        running = [str(store.path(bank, file.sha256)) for file in spans if file.month == newest and file.part == "open"]
        return int(engine.row("SELECT count(*) FROM read_parquet($files)", {"files": running})[0])
    query = "SELECT count(*) FROM read_parquet($files) WHERE valid_from <= $day AND valid_until > $day"
    return int(engine.row(query, {"files": chosen, "day": day})[0])
