"""What one delivery of balances changes in the list of span files."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from core.facts.deriving import derive_month
from core.facts.engine import Engine
from core.facts.ledger import NamedFile
from core.facts.spans import MonthPlan, News, RecordFile, plan_months
from core.facts.store import FactStore, sha256_of
from core.periods import first_of_month


@dataclass(frozen=True)
class SpanFile:
    """A span file written but not yet kept."""

    part: str
    month: date
    path: Path
    rows: int


@dataclass
class SpanChange:
    """`ended`: numbers of files that no longer hold; `written`: files that do from now on."""

    ended: list[int] = field(default_factory=list)
    written: list[SpanFile] = field(default_factory=list)


@dataclass(frozen=True)
class _Existing:
    """The span files in force by month."""

    opens: dict[date, NamedFile]
    closed: dict[date, list[NamedFile]]

    def paths(self, store: FactStore, bank: str, month: date) -> list[Path]:
        """Of one month; none for one that was not derived yet."""
        files = [*self.closed[month], self.opens[month]] if month in self.opens else []
        return [store.path(bank, file.sha256) for file in files]


def news_of(
    store: FactStore,
    bank: str,
    files: Sequence[NamedFile],
    supersedes: int | None,
    added: Sequence[RecordFile],
    business_day: date,
    first_day: date,
) -> News:
    """A delivery's records `added` against those of the table's `files` in force."""
    kept, lost = [], set[date]()
    for file in files:
        if file.part != "record":
            continue
        record = record_file(file, store.path(bank, file.sha256))
        if file.delivery == supersedes:
            lost.update(record.months)
        else:
            kept.append(record)
    return News(business_day, first_day, tuple(added), frozenset(lost), tuple(kept))


def record_file(file: NamedFile, path: Path) -> RecordFile:
    """A record in force as the derivation reads it."""
    if file.shape is None or file.business_day is None:
        raise LookupError(f"the record {file.sha256} of no delivery")
    return RecordFile(file.month, file.shape, file.business_day, path, file.is_whole)


def derive_balances(
    engine: Engine,
    store: FactStore,
    bank: str,
    files: Sequence[NamedFile],
    news: News,
    known_until: date | None,
    folder: Path,
) -> SpanChange:
    """Derive every month the news touches, in order, until nothing more changes. Writes into `folder`."""
    existing = _Existing({file.month: file for file in files if file.part == "open"}, defaultdict(list))
    for file in files:
        if file.part == "closed":
            existing.closed[file.month].append(file)
    change, plans, carried = SpanChange(), plan_months(news, known_until), None
    for place, plan in enumerate(plans):
        own = existing.opens.get(plan.month)
        before = own if not plan.carried else existing.opens.get(first_of_month(plan.month - timedelta(days=1)))
        opening = carried or (store.path(bank, before.sha256) if before else None)
        closed, carried = folder / f"closed-{plan.month}.parquet", folder / f"open-{plan.month}.parquet"
        rows = derive_month(engine, plan, opening, existing.paths(store, bank, plan.month), closed, carried)
        is_same = _replace(change, existing, plan, (closed, carried), rows)
        # From one and the same opening, months whose records stayed come out as they are.
        if is_same and not any(later.is_touched or later.month not in existing.opens for later in plans[place + 1 :]):
            break
    return change


def _replace(
    change: SpanChange, existing: _Existing, plan: MonthPlan, paths: tuple[Path, Path], rows: tuple[int, int]
) -> bool:
    """Note what one month's new files replace; whether its open file came out as it was."""
    closed, open_ = paths
    old = existing.closed.get(plan.month, []) if plan.carried else []
    if rows[0] and len(old) == 1 and sha256_of(closed) == old[0].sha256:
        old = []
    else:
        change.ended += [file.number for file in old]
        if rows[0]:
            change.written.append(SpanFile("closed", plan.month, closed, rows[0]))
    own = existing.opens.get(plan.month)
    if own is not None and sha256_of(open_) == own.sha256:
        return True
    if own is not None:
        change.ended.append(own.number)
    change.written.append(SpanFile("open", plan.month, open_, rows[1]))
    return False
