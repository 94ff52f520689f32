"""Rows that were set aside, brought again: the earlier delivery's rows and the corrected ones make a new delivery."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import Conflict
from core.facts.aside import is_list, list_key, stand_ins
from core.facts.engine import Engine, quoted
from core.facts.fact_table import FactKind
from core.facts.plan import ReadPlan
from core.facts.reading import CHECKED, TYPED, WRONG
from core.facts.validation import load_delivered_keys
from core.session import BankSession


def check_completable(plan: ReadPlan, before: Any | None) -> None:
    """Conflict NOT_COMPLETABLE unless the delivery in force of the plan's fact, shape and day is the one completed."""
    number = plan.completes
    if number is None:
        return
    if before is None or before["delivery"] != number:
        about = f"{plan.table.name} ({plan.shape}) of {plan.business_day}"
        raise Conflict(f"Delivery {number} is not the one in force for {about}.", code="NOT_COMPLETABLE")
    if not before["set_aside"]:
        raise Conflict(f"Delivery {number} has no rows set aside.", code="NOT_COMPLETABLE")


async def rows_of(session: BankSession, number: int) -> list[str]:
    """The hashes of a delivery's own record files."""
    found = await session.rows(
        "SELECT sha256 FROM bank.fact_files WHERE of_delivery = $1 AND part = 'record' ORDER BY month, sha256", number
    )
    return [row["sha256"] for row in found]


def load_completed_keys(engine: Engine, plan: ReadPlan, files: Sequence[Path]) -> None:
    """Make the table `delivered` of the keys the completed delivery really holds."""
    condition = '"balance" IS NOT NULL' if plan.shape == "snapshot" else "true"
    if plan.table.kind is FactKind.STATE:
        condition = " AND ".join(f"file_row_number < {_own_rows(engine, file)}" for file in files) or "true"
    load_delivered_keys(engine, plan, files, condition)


def add_earlier_rows(engine: Engine, plan: ReadPlan, files: Sequence[Path]) -> None:
    """Put the completed delivery's rows before those of TYPED; what stood in for a corrected row goes."""
    names = ", ".join(map(quoted, plan.table.names))
    key = ", ".join(map(quoted, list_key(plan)))
    kept = f"ANTI JOIN {TYPED} USING ({key})" if is_list(plan) else ""
    for file in files:
        own = _own_rows(engine, file)
        engine.rows(
            f"""CREATE OR REPLACE TEMP TABLE {TYPED} AS
                SELECT {names}, bad FROM (
                    SELECT {names}, file_row_number >= {own} AS bad, 0 AS part, file_row_number AS nth
                    FROM (SELECT *, file_row_number FROM read_parquet($file)) {kept}
                    UNION ALL SELECT {names}, bad, 1, rowid FROM {TYPED})
                ORDER BY bad, part, nth""",  # noqa: S608
            {"file": str(file)},
        )


def stand_in(engine: Engine, plan: ReadPlan, earlier: Path | None) -> None:
    """In a list, what is known of the things whose rows were set aside: of snapshots a row without a balance (the
    one before runs on), of complete lists their rows of the list before (`earlier`), which are `bad` in TYPED.
    """
    key = ", ".join(map(quoted, list_key(plan)))
    about = f"""SELECT DISTINCT {key} FROM {CHECKED} WHERE record IN (SELECT record FROM {WRONG})
                EXCEPT SELECT {key} FROM {TYPED}"""  # noqa: S608
    names = ", ".join(map(quoted, plan.table.names))
    if plan.shape == "snapshot":
        columns = ", ".join(
            {"balance": "NULL", plan.table.day: "$day"}.get(name, quoted(name)) for name in plan.table.names
        )
        engine.rows(f"INSERT INTO {TYPED} SELECT {columns}, false FROM ({about})", {"day": plan.business_day})  # noqa: S608
    elif earlier is not None:
        engine.rows(
            f"INSERT INTO {TYPED} SELECT {names}, true FROM read_parquet($file) SEMI JOIN ({about}) USING ({key})",  # noqa: S608
            {"file": str(earlier)},
        )


def _own_rows(engine: Engine, file: Path) -> int:
    """Rows of a record file that do not stand in for others."""
    [(rows,)] = engine.rows("SELECT num_rows FROM parquet_file_metadata($file)", {"file": str(file)})
    return int(rows) - stand_ins(engine, file)
