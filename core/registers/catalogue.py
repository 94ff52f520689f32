"""The registers a bank can bring as files."""

from collections.abc import Iterable, Mapping

from core.facts.fact_table import FactTable
from core.registers import tables, writing
from core.registers.register import INCOMING, Register, RowCheck

_CIRCLE = f"""
    WITH RECURSIVE tree AS (
      SELECT branch, parent FROM {INCOMING}
      UNION ALL SELECT b.branch, b.parent FROM bank.branches b
                WHERE NOT EXISTS (SELECT 1 FROM {INCOMING} i WHERE i.branch = b.branch)),
    above AS (
      SELECT i.branch AS start, i.parent AS branch FROM {INCOMING} i WHERE i.parent IS NOT NULL
      UNION SELECT a.start, t.parent FROM above a JOIN tree t ON t.branch = a.branch WHERE t.parent IS NOT NULL)
    SELECT i.record, i.branch AS value, '' AS more FROM {INCOMING} i JOIN above a ON a.start = i.branch
    WHERE a.branch = i.branch"""  # noqa: S608

_NO_PARENT = f"""
    SELECT record, parent AS value, '' AS more FROM {INCOMING} i
    WHERE parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {INCOMING} o WHERE o.branch = i.parent)
      AND NOT EXISTS (SELECT 1 FROM bank.branches b WHERE b.branch = i.parent)"""  # noqa: S608

_DAYS = f"""
    SELECT record, valid_until::text AS value, valid_from::text AS more FROM {INCOMING}
    WHERE valid_until <= valid_from"""  # noqa: S608

_TWO_POSTS = f"""
    SELECT record, manager AS value, valid_from::text AS more FROM (
      SELECT record, manager, valid_from, lag(coalesce(valid_until, DATE 'infinity')) OVER days AS before
      FROM {INCOMING} WINDOW days AS (PARTITION BY manager ORDER BY valid_from, record)) o
    WHERE before > valid_from"""  # noqa: S608

_TWO_NAMES = f"""
    SELECT record, name AS value, first AS more FROM (
      SELECT record, name, first_value(name) OVER (PARTITION BY manager ORDER BY record) AS first FROM {INCOMING}) o
    WHERE name <> first"""  # noqa: S608

_NO_SHARE = f"""
    SELECT record, trim_scale(share / 1000000.0::numeric)::text AS value, '' AS more FROM {INCOMING}
    WHERE share <= 0 OR share > 1000000"""  # noqa: S608

_OVERLAP = f"""
    SELECT record, customer || ', ' || manager AS value, valid_from::text AS more FROM (
      SELECT record, customer, manager, valid_from,
             lag(coalesce(valid_until, DATE 'infinity')) OVER days AS before
      FROM {INCOMING} WINDOW days AS (PARTITION BY customer, manager ORDER BY valid_from, record)) o
    WHERE before > valid_from"""  # noqa: S608

# On the days a file names for a customer it is the whole truth: what it adds up to alone must not exceed one.
_ABOVE_ONE = f"""
    SELECT min(i.record) AS record, d.customer AS value,
           min(d.day)::text || ': ' || trim_scale(max(d.total) / 1000000.0::numeric)::text AS more
    FROM (SELECT customer, day, sum(sum(part)) OVER (PARTITION BY customer ORDER BY day) AS total
          FROM (SELECT customer, valid_from AS day, share AS part FROM {INCOMING}
                UNION ALL SELECT customer, coalesce(valid_until, DATE 'infinity'), -share FROM {INCOMING}) e
          GROUP BY customer, day) d
    JOIN {INCOMING} i ON i.customer = d.customer
    WHERE d.total > 1000000 GROUP BY d.customer"""  # noqa: S608

_NO_PERIOD = f"""
    SELECT record, period AS value, '' AS more FROM {INCOMING}
    WHERE period !~ '^[0-9]{{4}}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$' OR period < '1900' OR period >= '9998'"""  # noqa: S608


def registers(indicators: Iterable[str]) -> Mapping[str, Register]:
    """By name, for a bank that can measure these indicators."""
    all_registers = (
        Register(
            tables.BRANCHES,
            "branch:set",
            (RowCheck("BRANCH_UNKNOWN", "parent", _NO_PARENT), RowCheck("BRANCH_CIRCLE", "parent", _CIRCLE)),
            writing.write_branches,
        ),
        Register(tables.CUSTOMER_NAMES, "customer:set", (), writing.write_customers),
        Register(
            tables.MANAGERS,
            "manager:set",
            (
                RowCheck("DAYS_REVERSED", "valid_until", _DAYS),
                RowCheck("POSTS_OVERLAP", "valid_from", _TWO_POSTS),
                RowCheck("NAME_DIFFERS", "name", _TWO_NAMES),
            ),
            writing.write_managers,
        ),
        Register(
            tables.SHARES,
            "share:set",
            (
                RowCheck("SHARE_OUT_OF_RANGE", "share", _NO_SHARE),
                RowCheck("DAYS_REVERSED", "valid_until", _DAYS),
                RowCheck("SHARES_OVERLAP", "valid_from", _OVERLAP),
                RowCheck("SHARES_EXCEED_ONE", "share", _ABOVE_ONE),
            ),
            writing.write_shares,
        ),
        Register(
            tables.targets(indicators),
            "target:set",
            (RowCheck("PERIOD_INVALID", "period", _NO_PERIOD),),
            writing.write_targets,
        ),
    )
    return {register.table.name: register for register in all_registers}


def register_tables(indicators: Iterable[str]) -> Mapping[str, FactTable]:
    """Their files' tables by name."""
    return {name: register.table for name, register in registers(indicators).items()}
