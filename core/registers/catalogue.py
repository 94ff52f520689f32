"""The registers a bank can bring as files."""

from collections.abc import Mapping

from core.registers import writing
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

_IS_SHARE = "share > 0 AND share <= 1000000"

_NO_SHARE = f"""
    SELECT record, trim_scale(share / 1000000.0::numeric)::text AS value, '' AS more FROM {INCOMING}
    WHERE NOT ({_IS_SHARE})"""  # noqa: S608

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
          FROM (SELECT customer, valid_from AS day, share AS part FROM {INCOMING} WHERE {_IS_SHARE}
                UNION ALL
                SELECT customer, coalesce(valid_until, DATE 'infinity'), -share FROM {INCOMING} WHERE {_IS_SHARE}) e
          GROUP BY customer, day) d
    JOIN {INCOMING} i ON i.customer = d.customer
    WHERE d.total > 1000000 GROUP BY d.customer"""  # noqa: S608

PERIOD_FORM = "(i.period ~ '^[0-9]{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$' AND i.period BETWEEN '1900' AND '9998')"
"""Whether a row's period can be read."""

_NO_PERIOD = f"SELECT record, period AS value, '' AS more FROM {INCOMING} i WHERE NOT {PERIOD_FORM}"  # noqa: S608


_ALL = (
    Register(
        "branches",
        "branch:set",
        (RowCheck("BRANCH_UNKNOWN", "parent", _NO_PARENT), RowCheck("BRANCH_CIRCLE", "parent", _CIRCLE)),
        None,
        writing.write_branches,
    ),
    Register("customer_names", "customer:set", (), None, writing.write_customers),
    Register(
        "managers",
        "manager:set",
        (
            RowCheck("DAYS_REVERSED", "valid_until", _DAYS),
            RowCheck("POSTS_OVERLAP", "valid_from", _TWO_POSTS),
            RowCheck("NAME_DIFFERS", "name", _TWO_NAMES),
        ),
        "valid_from",
        writing.write_managers,
    ),
    Register(
        "shares",
        "share:set",
        (
            RowCheck("SHARE_OUT_OF_RANGE", "share", _NO_SHARE),
            RowCheck("DAYS_REVERSED", "valid_until", _DAYS),
            RowCheck("SHARES_OVERLAP", "valid_from", _OVERLAP),
            RowCheck("SHARES_EXCEED_ONE", "share", _ABOVE_ONE),
        ),
        "valid_from",
        writing.write_shares,
    ),
    Register("targets", "target:set", (RowCheck("PERIOD_INVALID", "period", _NO_PERIOD),), None, writing.write_targets),
)
REGISTERS: Mapping[str, Register] = {register.name: register for register in _ALL}
"""By the name of their files."""


def needed_to_deliver(fact: str) -> str:
    """The permission it takes to hand in a file of this name: facts, or a list of the bank's own."""
    return REGISTERS[fact].permission if fact in REGISTERS else "delivery:import"
