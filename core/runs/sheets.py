"""Sheets: the lines of a scorecard in a few texts, for answers that show them as they are.

A run's lines never change, and a leaderboard shows a thousand of them: read as a text a column and scorecard they
cost a fifth of what they cost as rows. PostgreSQL makes the text of the lines as they are stored.
"""

from core.paging import Listing

SEPARATOR = "\x1f"
TOKENS = (
    "indicator", "section", "rule", "value_e6", "target", "completion_e6", "base_e4", "points_e4", "not_applicable",
)  # fmt: skip
"""What lines say, by the columns of their rows: JSON text each, numbers as they are shown."""

_COLUMNS = ", ".join(f"s.{name}" for name in TOKENS)
SHEETS = Listing(f"s.run, s.manager, {_COLUMNS}", "bank.score_sheets s")

WRONG_SHEETS = f"""SELECT manager FROM bank.sheets_of_lines AS made
    FULL JOIN (SELECT * FROM bank.score_sheets) AS stored USING (run, manager)
    WHERE run = $1 AND ({", ".join(f"made.{name}" for name in TOKENS)})
      IS DISTINCT FROM ({", ".join(f"stored.{name}" for name in TOKENS)})"""  # noqa: S608
"""Managers of a run whose sheet is not what their lines say."""
