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

TOKENS = (
    "indicator", "section", "rule", "value_e6", "target", "completion_e6", "base_e4", "points_e4", "not_applicable",
)  # fmt: skip
TELLING = ("managers", "postings", "branches", "plugins", "documents")


def upgrade() -> None:
    """A function that binds the transaction and says who entered; an index in the order of the leaderboard."""
    op.create_table(
        "score_sheets",
        sa.Column("bank_id", sa.Integer(), server_default=sa.text(CURRENT_BANK), nullable=False),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        *(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False) for name in TOKENS),
        sa.ForeignKeyConstraint(["bank_id", "run"], ["bank.runs.bank_id", "bank.runs.run"]),
        sa.PrimaryKeyConstraint("bank_id", "run", "manager"),
        schema="bank",
    )
    run_script("guards_0006.sql")
    allow_function("bank.enter(integer, text)")
    _fill_sheets()
    wall("score_sheets")
    allow("bank.sheets_of_lines", "SELECT")
    allow("bank.score_sheets", f"SELECT, INSERT, UPDATE ({', '.join(TOKENS)})")
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
        names = ", ".join(("run", "manager", *TOKENS))
        op.execute(f"INSERT INTO bank.score_sheets ({names}) SELECT {names} FROM bank.sheets_of_lines")  # noqa: S608
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
    op.execute("DROP VIEW bank.sheets_of_lines")
    for table in TELLING:
        op.execute(f"DROP TRIGGER {table}_tell ON bank.{table}")
    for function in (
        "lines_make_sheets()",
        "sheets_are_made()",
        "token(text)",
        "registers_tell()",
        "enter(integer, text)",
    ):
        op.execute(f"DROP FUNCTION bank.{function}")
