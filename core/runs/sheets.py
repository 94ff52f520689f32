"""Sheets: the lines of a scorecard in one text, for answers that show them as they are.

A run's lines never change, and a leaderboard shows a thousand of them: read as one text a scorecard they cost a
seventh of what they cost as rows. PostgreSQL makes the text of the lines as they are stored.
"""

from core.paging import Listing

SEPARATOR = "\x1f"
TOKENS = (
    "indicator", "section", "rule", "value_e6", "target", "completion_e6", "base_e4", "points_e4", "not_applicable",
)  # fmt: skip
"""What a line says, by the columns of its row: JSON text each, numbers as they are shown."""

SHEETS = Listing("s.run, s.manager, s.lines", "bank.score_sheets s")

WRONG_SHEETS = f"""SELECT manager FROM (
      SELECT l.manager, string_agg(bank.sheet_line(l), E'{SEPARATOR}' ORDER BY l.line) AS lines
      FROM bank.score_lines l WHERE l.run = $1 GROUP BY l.manager) AS made
    FULL JOIN (SELECT s.manager, s.lines FROM bank.score_sheets s WHERE s.run = $1) AS stored USING (manager)
    WHERE made.lines IS DISTINCT FROM stored.lines"""  # noqa: S608
"""Managers of a run whose sheet is not what their lines say."""
