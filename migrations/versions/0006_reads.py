"""what reading stands on: a transaction's beginning in one statement, and orders that indexes serve"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from migrations.orders_0006 import create_orders, drop_orders
from migrations.walls import CURRENT_BANK, allow, allow_function, run_script, wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TELLING = ("managers", "postings", "branches", "plugins", "documents")


def upgrade() -> None:
    """A function that binds the transaction and says who entered; an index in the order of the leaderboard."""
    op.create_table(
        "score_sheets",
        sa.Column("bank_id", sa.Integer(), server_default=sa.text(CURRENT_BANK), nullable=False),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lines", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["bank_id", "run"], ["bank.runs.bank_id", "bank.runs.run"]),
        sa.PrimaryKeyConstraint("bank_id", "run", "manager"),
        schema="bank",
    )
    run_script("guards_0006.sql")
    allow_function("bank.enter(integer, text)")
    _fill_sheets()
    wall("score_sheets")
    allow("bank.score_sheets", "SELECT, INSERT, UPDATE (lines)")
    op.create_index(
        "ordered_scorecards_points",
        "scorecards",
        ["bank_id", "run", sa.text("points_e4 DESC NULLS LAST"), sa.text('manager COLLATE "C"')],
        schema="bank",
    )
    op.drop_index("scorecards_by_points", "scorecards", schema="bank")
    op.drop_index("audit_by_time", "audit", schema="bank")
    for of in ("run", "delivery"):
        op.drop_index(f"findings_by_{of}", "findings", schema="bank")
        op.create_index(f"findings_by_{of}", "findings", ["bank_id", of, "finding"], schema="bank")
    create_orders()


def _fill_sheets() -> None:
    """Of runs that were stored before: bank by bank, for the owner too sees rows of the bank that is set alone."""
    bind = op.get_bind()
    op.execute("ALTER TABLE bank.score_sheets DISABLE TRIGGER USER")
    for (bank,) in bind.exec_driver_sql("SELECT id FROM platform.banks").fetchall():
        bind.execute(sa.text("SELECT set_config('meritgraph.bank', :bank, true)"), {"bank": str(bank)})
        op.execute(
            """INSERT INTO bank.score_sheets (run, manager, lines)
               SELECT l.run, l.manager, string_agg(bank.sheet_line(l), E'\\x1f' ORDER BY l.line)
               FROM bank.score_lines l GROUP BY l.run, l.manager"""
        )
    op.execute("ALTER TABLE bank.score_sheets ENABLE TRIGGER USER")


def downgrade() -> None:
    """Without them."""
    drop_orders()
    for of in ("run", "delivery"):
        op.drop_index(f"findings_by_{of}", "findings", schema="bank")
        op.create_index(f"findings_by_{of}", "findings", ["bank_id", of], schema="bank")
    op.create_index("audit_by_time", "audit", ["bank_id", "at"], schema="bank")
    op.create_index("scorecards_by_points", "scorecards", ["bank_id", "run", "points_e4", "manager"], schema="bank")
    op.drop_index("ordered_scorecards_points", "scorecards", schema="bank")
    op.execute("DROP TRIGGER score_lines_make_sheets ON bank.score_lines")
    op.drop_table("score_sheets", schema="bank")
    for function in (
        "lines_make_sheets()",
        "sheets_are_made()",
        "sheet_line(bank.score_lines)",
        "enter(integer, text)",
    ):
        op.execute(f"DROP FUNCTION bank.{function}")
