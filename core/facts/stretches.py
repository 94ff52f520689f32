"""Whether the stretches of one file of spans can all be true: one ends after it began, before the next begins."""

from core.indicators.indicator import Labels

_OVERLAPS = """
    SELECT *, max(coalesce(valid_until, DATE '9999-12-31')) OVER (
        PARTITION BY account ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
    FROM {relation} WHERE account IS NOT NULL AND valid_from IS NOT NULL QUALIFY ended > valid_from"""

REVERSED = "f.valid_until <= f.valid_from"
ITS_ROW = Labels("of its row", "（本行）")


def do_overlap(relation: str) -> str:
    """SQL that counts the rows which begin before an earlier stretch of their account ends."""
    return f"SELECT count(*) FROM ({_OVERLAPS.format(relation=relation)})"  # noqa: S608


def overlapping(relation: str) -> str:
    """SQL for those rows of a checked table: record, line, value, rule, and no first."""
    return (
        "SELECT record, line, concat_ws(', ', account, valid_from) AS value, 'SPANS_OVERLAP' AS rule, "  # noqa: S608
        f"NULL::BIGINT AS first FROM ({_OVERLAPS.format(relation=relation)})"
    )
