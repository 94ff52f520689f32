"""Freezing a run's inputs: one moment of the database, written beside the facts as Parquet."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from core.errors import NotFound
from core.facts import snapshot
from core.facts.fact_table import FactKind
from core.facts.store import FactStore
from core.indicators.measure import in_order
from core.indicators.workshop import aside
from core.periods import Period
from core.plugins.host import Catalogue
from core.runs.inputs import FrozenFile, Inputs
from core.schemes.scheme import read_scheme
from core.session import BankSession

_SHARES = {
    "customer": pa.string(),
    "manager": pa.string(),
    "first": pa.date32(),
    "until": pa.date32(),
    "share_ppm": pa.int64(),
}
_MANAGERS = {
    "manager": pa.string(),
    "branch": pa.string(),
    "position": pa.string(),
    "level": pa.string(),
    "days": pa.int64(),
}
_TARGETS = {"manager": pa.string(), "indicator": pa.string(), "target": pa.string(), "prorate": pa.bool_()}

# asyncpg stores 9999-12-31, Python's last day, as PostgreSQL's infinity, which is no day in a file.
_READ_SHARES = """
    SELECT customer, manager, valid_from AS first, least(valid_until, DATE '9999-12-31') AS until, share_ppm
    FROM bank.shares
    WHERE valid_from <= $1 AND valid_until > $2"""

# A leaver counts where he was on his last day, everybody else where he is on the period's last.
_READ_MANAGERS = """
    SELECT DISTINCT ON (manager COLLATE "C") manager, branch, position, level,
           sum(least(valid_until, $1::date + 1) - greatest(valid_from, $2)) OVER (PARTITION BY manager) AS days
    FROM bank.postings WHERE valid_from <= $1 AND valid_until > $2
    ORDER BY manager COLLATE "C", valid_from DESC"""

_READ_TARGETS = """
    SELECT manager, indicator, trim_scale(target)::text AS target, prorate FROM bank.targets WHERE period = $1
    ORDER BY manager COLLATE "C", indicator COLLATE "C" """

_READ_BRANCHES = 'SELECT branch, parent, kind FROM bank.branches ORDER BY branch COLLATE "C"'


async def freeze(
    session: BankSession, store: FactStore, scheme: str, version: int, period: Period, offered: Catalogue
) -> Inputs:
    """Write down everything the run reads. `session` must be frozen (REPEATABLE READ): one moment for all of it."""
    facts = (await snapshot.current(session)).as_read(offered.fact_tables, period)
    first, last = period.first, period.last
    body = await session.row(
        "SELECT body::text AS body FROM bank.scheme_versions WHERE scheme = $1 AND version = $2", scheme, version
    )
    if body is None:
        raise NotFound(f"There is no version {version} of scheme {scheme!r}.", scheme=scheme)
    written = orjson.loads(body["body"])
    canonical = orjson.dumps(written, option=orjson.OPT_SORT_KEYS).decode()
    tables = {
        "branches": _table(
            await session.rows(_READ_BRANCHES), dict.fromkeys(("branch", "parent", "kind"), pa.string())
        ),
        "managers": _table(await session.rows(_READ_MANAGERS, last, first), _MANAGERS),
        "scheme": pa.table({"scheme": [scheme], "version": [version], "body": [canonical]}),
        "shares": await _shares(session, period),
        "targets": _table(await session.rows(_READ_TARGETS, str(period)), _TARGETS),
    }
    bank = session.bank.code
    frozen = {name: await aside(keep_frozen, store, bank, table) for name, table in tables.items()}
    return Inputs(period, scheme, version, facts, frozen, facts_read(written, offered, session.bank.digits))


def facts_read(scheme: Mapping[str, Any], offered: Catalogue, digits: int) -> tuple[str, ...]:
    """The fact tables that the scheme's indicators read, in order of their names."""
    read = read_scheme(scheme, offered.indicators, offered.point_rules, digits)
    needs = {fact for one in in_order(set(read.indicators), offered.indicators) for fact in one.needs}
    tables = offered.fact_tables
    if any(fact in tables and tables[fact].kind is FactKind.BALANCE for fact in needs):
        needs.add("accounts")
    return tuple(sorted(needs))


async def _shares(session: BankSession, period: Period) -> pa.Table:
    """Those of the period and of its base period: an increment may stand on what the manager held then."""
    with tempfile.TemporaryDirectory(prefix="meritgraph-freeze-") as folder:
        path = Path(folder) / "shares.csv"
        with path.open("wb") as sink:
            await session.copy_out(sink, _READ_SHARES, period.last, period.previous().first)
        return await aside(_sorted_shares, path)


def _sorted_shares(path: Path) -> pa.Table:
    # Codes may look like numbers, dates or nothing at all: every column's type is ours, and no text is null.
    options = pa_csv.ConvertOptions(column_types=_SHARES, strings_can_be_null=False, null_values=[])
    table = pa_csv.read_csv(path, convert_options=options, parse_options=pa_csv.ParseOptions(newlines_in_values=True))
    return table.sort_by([(name, "ascending") for name in ("customer", "manager", "first")])


def _table(rows: list[Any], columns: dict[str, Any]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in columns.items()})


def keep_frozen(store: FactStore, bank: str, table: pa.Table) -> FrozenFile:
    """Write rows that a run stands on into the store. Blocking."""
    # One row group and fixed options: the same rows give the same bytes, and so the same name.
    with store.workspace(bank) as folder:
        path = folder / "frozen.parquet"
        pq.write_table(table, path, compression="zstd", row_group_size=max(1, table.num_rows))
        sha256, _ = store.keep(bank, path)
    return FrozenFile(sha256, table.num_rows)


def thaw(store: FactStore, bank: str, file: FrozenFile) -> pa.Table:
    """The frozen rows."""
    return pq.read_table(store.path(bank, file.sha256))
