"""Writing a register's incoming rows into its list, set by set; each gives what it counted."""

from collections.abc import Mapping
from typing import Any

from core.registers.register import INCOMING
from core.session import BankSession

FOREVER = "DATE 'infinity'"
"""How the database writes a day that never comes: Python's last day, in its place."""


async def write_branches(session: BankSession) -> Mapping[str, int]:
    """Add branches, or change what is said of them; none is removed."""
    return await _counted(
        session,
        f"""WITH named AS (
              SELECT branch, parent, coalesce(kind, 'branch') AS kind, name, coalesce(name_zh, name) AS name_zh
              FROM {INCOMING}),
            written AS (
              INSERT INTO bank.branches AS b (branch, parent, kind, name, name_zh)
              SELECT branch, parent, kind, name, name_zh FROM named
              ON CONFLICT (bank_id, branch) DO UPDATE
              SET parent = excluded.parent, kind = excluded.kind, name = excluded.name, name_zh = excluded.name_zh
              WHERE (b.parent, b.kind, b.name, b.name_zh)
                    IS DISTINCT FROM (excluded.parent, excluded.kind, excluded.name, excluded.name_zh)
              RETURNING xmax = 0 AS is_new)
            {_COUNTS}""",  # noqa: S608
    )


async def write_customers(session: BankSession) -> Mapping[str, int]:
    """Add customers, or change their names; none is removed."""
    return await _counted(
        session,
        f"""WITH written AS (
              INSERT INTO bank.customers AS c (customer, name) SELECT customer, name FROM {INCOMING}
              ON CONFLICT (bank_id, customer) DO UPDATE SET name = excluded.name WHERE c.name <> excluded.name
              RETURNING xmax = 0 AS is_new)
            {_COUNTS}""",  # noqa: S608
    )


async def write_targets(session: BankSession) -> Mapping[str, int]:
    """Set targets, in place of what the same manager, indicator and period had."""
    return await _counted(
        session,
        f"""WITH named AS (
              SELECT manager, indicator, period, target / 1000000.0::numeric(38, 6) AS target,
                     coalesce(prorate, true) AS prorate
              FROM {INCOMING}),
            written AS (
              INSERT INTO bank.targets AS t (manager, indicator, period, target, prorate)
              SELECT manager, indicator, period, target, prorate FROM named
              ON CONFLICT (bank_id, manager, indicator, period) DO UPDATE
              SET target = excluded.target, prorate = excluded.prorate
              WHERE (t.target, t.prorate) IS DISTINCT FROM (excluded.target, excluded.prorate)
              RETURNING xmax = 0 AS is_new)
            {_COUNTS}""",  # noqa: S608
    )


async def write_managers(session: BankSession) -> Mapping[str, int]:
    """Add managers or change their names, and give them their posts: a post takes the place of others on its days."""
    await session.execute(
        f"""INSERT INTO bank.managers AS m (manager, name) SELECT manager, min(name) FROM {INCOMING} GROUP BY manager
            ON CONFLICT (bank_id, manager) DO UPDATE SET name = excluded.name WHERE m.name <> excluded.name"""  # noqa: S608
    )
    return await _carved(
        session,
        "postings",
        ("manager",),
        ("manager", "branch", "position", "level"),
        f"""SELECT manager, valid_from, coalesce(valid_until, {FOREVER}) AS valid_until, branch,
                   coalesce(position, 'manager') AS position, coalesce(level, '') AS level
            FROM {INCOMING}""",  # noqa: S608
    )


async def write_shares(session: BankSession) -> Mapping[str, int]:
    """Say who holds customers: on the days a file names for a customer, it is the whole truth about him."""
    return await _carved(
        session,
        "shares",
        ("customer",),
        ("customer", "manager", "share_ppm"),
        f"""SELECT customer, manager, valid_from, coalesce(valid_until, {FOREVER}) AS valid_until, share AS share_ppm
            FROM {INCOMING}""",  # noqa: S608
    )


_COUNTS = f"""SELECT count(*) FILTER (WHERE is_new) AS added, count(*) FILTER (WHERE NOT is_new) AS changed,
                     (SELECT count(*) FROM {INCOMING}) - count(*) AS unchanged
              FROM written"""  # noqa: S608


async def _counted(session: BankSession, statement: str) -> Mapping[str, int]:
    found: Any = await session.row(statement)
    return {name: count for name, count in dict(found).items() if count}


async def _carved(
    session: BankSession, table: str, owner: tuple[str, ...], columns: tuple[str, ...], incoming: str
) -> Mapping[str, int]:
    """Write dated rows. What the same owner had on their days is cut out of the list first; the rest of it stays.

    `owner`: whose days they are; `columns`: all but the days. Names of our own code, never input.
    """
    owners, names = ", ".join(owner), ", ".join(columns)
    mine = " AND ".join(f"o.{name} = n.{name}" for name in owner)
    same = " AND ".join(f"o.{name} = n.{name}" for name in (*columns, "valid_from"))
    await session.execute("DROP TABLE IF EXISTS pg_temp.named, pg_temp.cut")
    await session.execute(f"CREATE TEMPORARY TABLE named ON COMMIT DROP AS {incoming}")
    await session.execute(
        f"""CREATE TEMPORARY TABLE cut ON COMMIT DROP AS
            WITH days AS (SELECT {owners}, range_agg(daterange(valid_from, valid_until)) AS taken
                          FROM pg_temp.named GROUP BY {owners})
            SELECT o.*, datemultirange(daterange(o.valid_from, o.valid_until)) - n.taken AS rest,
                   EXISTS (SELECT 1 FROM pg_temp.named n WHERE {same} AND o.valid_until = n.valid_until) AS is_same
            FROM bank.{table} o JOIN days n ON {mine}
            WHERE n.taken && daterange(o.valid_from, o.valid_until)"""  # noqa: S608
    )
    key = " AND ".join(f"o.{name} = c.{name}" for name in (*_KEYS[table], "valid_from"))
    await session.execute(f"DELETE FROM bank.{table} o USING pg_temp.cut c WHERE {key}")  # noqa: S608
    kept = ", ".join(f"c.{name}" for name in columns)
    await session.execute(
        f"""INSERT INTO bank.{table} ({names}, valid_from, valid_until)
            SELECT {kept}, lower(piece), upper(piece) FROM pg_temp.cut c, unnest(c.rest) AS piece
            UNION ALL SELECT {names}, valid_from, valid_until FROM pg_temp.named"""  # noqa: S608
    )
    return await _counted(
        session,
        """SELECT (SELECT count(*) FROM pg_temp.named) - count(*) FILTER (WHERE is_same) AS added,
                  count(*) FILTER (WHERE NOT is_same) AS ended, count(*) FILTER (WHERE is_same) AS unchanged
           FROM pg_temp.cut""",
    )


_KEYS = {"postings": ("manager",), "shares": ("customer", "manager")}
