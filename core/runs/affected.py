"""Complete runs whose facts or lists are no longer what they read: what changed since, and which deliveries did it.

A run is held against the facts in force for what it can have read: the fact tables of its indicators, the months of
its period and base period, of complete lists those that hold on the last days of both.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from core.facts.fact_table import FactKind
from core.facts.snapshot import FactFileRef, Snapshot
from core.periods import Period, first_of_month
from core.runs.affected_lists import LISTS, changed_lists
from core.session import BankSession

AT_ONCE = 50
"""So many runs' inputs are held at once: a list of thousands of files each."""


@dataclass(frozen=True)
class AffectedFact:
    """A fact table, or list, that changed for a run. `months`: first days, none of a list; `deliveries`: numbers, those
    that changed it; none where a list was changed by hand."""

    fact: str
    months: tuple[date, ...]
    deliveries: tuple[int, ...]


@dataclass(frozen=True)
class AffectedRun:
    """A complete run made on facts that have changed since. `facts`: at least one, by name."""

    run: str
    scheme: str
    version: int
    period: str
    facts: tuple[AffectedFact, ...]

    @property
    def deliveries(self) -> tuple[int, ...]:
        """Numbers of the deliveries responsible, ascending."""
        return tuple(sorted({number for fact in self.facts for number in fact.deliveries}))


@dataclass(frozen=True)
class _Named:
    """A fact file with the deliveries from which and (exclusive) until which it is the table."""

    ref: FactFileRef
    since: int
    until: int | None


async def affected_runs(session: BankSession, runs: Collection[str] | None = None) -> list[AffectedRun]:
    """Those of the named runs (None: of all the bank's complete ones) that are affected, newest first."""
    rows = await _complete(session, runs)
    return await _with_lists(session, rows, await _affected(session, rows, None), None)


async def affected_by(session: BankSession, delivery: int) -> tuple[AffectedRun, ...]:
    """The complete runs that one accepted delivery affects, newest first. Cheap where it says nothing of their days."""
    return (await runs_affected_by(session, [delivery])).get(delivery, ())


async def runs_affected_by(session: BankSession, deliveries: Sequence[int]) -> dict[int, tuple[AffectedRun, ...]]:
    """Delivery → the complete runs it affects; those that affect none are left out."""
    touched = await session.rows(
        """SELECT f.fact, min(f.month) AS first, bool_or(d.shape = 'state') AS listed
           FROM bank.fact_files f JOIN bank.deliveries d ON d.delivery IN (f.since_delivery, f.until_delivery)
           WHERE d.delivery = ANY($1) GROUP BY f.fact""",
        list(deliveries),
    )
    complete = await _complete(session, None)
    affected: list[AffectedRun] = []
    if touched:
        # Without a list among them, runs of periods that ended before the first month touched read nothing of it.
        first = None if any(row["listed"] for row in touched) else min(row["first"] for row in touched)
        rows = [row for row in complete if first is None or Period.parse(row["period"]).last >= first]
        affected = await _affected(session, rows, [row["fact"] for row in touched])
    found: dict[int, list[AffectedRun]] = defaultdict(list)
    for run in await _with_lists(session, complete, affected, deliveries):
        for number in run.deliveries:
            found[number].append(run)
    return {number: tuple(found[number]) for number in deliveries if number in found}


async def may_affect(session: BankSession, fact: str, first_day: date) -> tuple[AffectedRun, ...]:
    """The complete runs that read a table or list on days from `first_day` on: what a dry run can say, newest first."""
    rows = [row for row in await _complete(session, None) if Period.parse(row["period"]).last >= first_day]
    read = await _read_inputs(session, [row["run"] for row in rows], [])
    told = (AffectedFact(fact, (), ()),)
    return tuple(
        AffectedRun(row["run"], row["scheme"], row["version"], row["period"], told)
        for row in rows
        if fact in LISTS or (reads := read[row["run"]][1]) is None or fact in reads
    )


async def _with_lists(
    session: BankSession, rows: Sequence[Any], affected: Sequence[AffectedRun], deliveries: Collection[int] | None
) -> list[AffectedRun]:
    """The affected runs, with those whose shares, posts or targets changed, in the order of `rows`."""
    lists = await changed_lists(session, rows, deliveries)
    known = {run.run: run for run in affected}
    for row in rows:
        if changes := lists.get(row["run"]):
            facts = tuple(
                AffectedFact(name, (), tuple(sorted({c.delivery for c in changes if c.name == name and c.delivery})))
                for name in sorted({change.name for change in changes})
            )
            before = known[row["run"]].facts if row["run"] in known else ()
            known[row["run"]] = AffectedRun(row["run"], row["scheme"], row["version"], row["period"], (*before, *facts))
    return [known[row["run"]] for row in rows if row["run"] in known]


async def deliveries_of_affected(session: BankSession, runs: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Run → the deliveries that affect it; runs that none affects are left out."""
    return {run.run: run.deliveries for run in await affected_runs(session, runs)}


async def codes_affected_by(session: BankSession, deliveries: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Delivery → the complete runs it affects, newest first."""
    found = await runs_affected_by(session, deliveries)
    return {number: tuple(run.run for run in runs) for number, runs in found.items()}


async def _complete(session: BankSession, runs: Collection[str] | None) -> list[Any]:
    return await session.rows(
        """SELECT run, scheme, version, period, started_at FROM bank.runs
           WHERE status = 'complete' AND inputs->'facts' IS NOT NULL AND ($1::text[] IS NULL OR run = ANY($1))
           ORDER BY finished_at DESC, run""",
        None if runs is None else list(runs),
    )


async def _affected(session: BankSession, rows: Sequence[Any], facts: Collection[str] | None) -> list[AffectedRun]:
    if not rows:
        return []
    named, kinds = await _named(session, facts)
    now = {
        fact: Snapshot({fact: tuple(one.ref for one in files if one.until is None)}) for fact, files in named.items()
    }
    affected = []
    for start in range(0, len(rows), AT_ONCE):
        batch = rows[start : start + AT_ONCE]
        read = await _read_inputs(session, [row["run"] for row in batch], list(named))
        for row in batch:
            then, reads = read[row["run"]]
            period = Period.parse(row["period"])
            changed = [
                _changed(fact, kinds[fact], period, then, now[fact], named[fact])
                for fact in sorted(named)
                if reads is None or fact in reads
            ]
            if facts_of := tuple(fact for fact in changed if fact is not None):
                affected.append(AffectedRun(row["run"], row["scheme"], row["version"], row["period"], facts_of))
    return affected


async def _read_inputs(
    session: BankSession, runs: list[str], facts: list[str]
) -> dict[str, tuple[Snapshot, list[str] | None]]:
    """Run → the files it read of these tables, and which tables its indicators read (None: not written down)."""
    rows = await session.rows(
        """SELECT run, (inputs->'reads')::text AS reads,
                  (SELECT coalesce(jsonb_object_agg(key, value), '{}')::text FROM jsonb_each(inputs->'facts')
                   WHERE key = ANY($2)) AS facts
           FROM bank.runs WHERE run = ANY($1)""",
        runs,
        facts,
    )
    return {
        row["run"]: (Snapshot.of(orjson.loads(row["facts"])), orjson.loads(row["reads"]) if row["reads"] else None)
        for row in rows
    }


async def _named(
    session: BankSession, facts: Collection[str] | None
) -> tuple[Mapping[str, list[_Named]], Mapping[str, FactKind]]:
    """Every file that is or was part of the tables, in the order they came, and how deliveries of each add up."""
    rows = await session.rows(
        """SELECT f.fact, f.part, f.month, f.sha256, f.rows, f.since_delivery, f.until_delivery, d.shape
           FROM bank.fact_files f LEFT JOIN bank.deliveries d ON d.delivery = f.of_delivery
           WHERE $1::text[] IS NULL OR f.fact = ANY($1) ORDER BY f.since_delivery, f.fact_file""",
        None if facts is None else list(facts),
    )
    named: dict[str, list[_Named]] = defaultdict(list)
    kinds: dict[str, FactKind] = {}
    for row in rows:
        ref = FactFileRef(row["part"], row["month"], row["sha256"], row["rows"])
        named[row["fact"]].append(_Named(ref, row["since_delivery"], row["until_delivery"]))
        kinds[row["fact"]] = _kind(row["shape"] or "")
    return named, kinds


def _kind(shape: str) -> FactKind:
    """The kind of table a delivery's shape belongs to; what is derived from balances has none."""
    if shape == FactKind.STATE:
        return FactKind.STATE
    return FactKind.EVENT if shape == FactKind.EVENT or shape.startswith("entry-") else FactKind.BALANCE


def _changed(
    fact: str, kind: FactKind, period: Period, then: Snapshot, now: Snapshot, named: Iterable[_Named]
) -> AffectedFact | None:
    """What of one fact table is otherwise now than a run read it; None if nothing is."""
    read, readable = _read(then, fact, kind, period), _read(now, fact, kind, period)
    if read == readable:
        return None
    gone, come = read - readable, readable - read
    months = {file.month for file in gone | come}
    mark = max((one.since for one in named if one.ref in read), default=0)
    numbers = set()
    for one in named:
        # Also what came and went between: a day corrected twice was corrected by both.
        if one.ref in come or (one.since > mark and one.ref.month in months):
            numbers.add(one.since)
        if one.until is not None and one.until > mark and (one.ref in gone or one.since > mark):
            numbers |= {one.until} if one.ref.month in months else set()
    first_days = {first_of_month(month) for month in months}
    return AffectedFact(fact, tuple(sorted(first_days)), tuple(sorted(numbers)))


def _read(facts: Snapshot, fact: str, kind: FactKind, period: Period) -> frozenset[FactFileRef]:
    """The files of a fact table that a run of the period reads."""
    base = period.previous()
    if kind is FactKind.STATE:
        return frozenset((*facts.list_on(fact, period.last), *facts.list_on(fact, base.last)))
    months = {*base.months, *period.months}
    if kind is FactKind.EVENT:
        return frozenset(file for file in facts.files(fact, "record") if file.month in months)
    opens = {file.month for file in facts.files(fact, "open")}
    # Where the period goes beyond what is known, the newest month's balances run on.
    months |= {max((m for m in opens if m <= one.last), default=one.first) for one in (base, period)}
    spans = (*facts.files(fact, "closed"), *facts.files(fact, "open"))
    return frozenset(file for file in spans if file.month in months)
