"""what reading stands on: a transaction's beginning in one statement, and orders that indexes serve"""

import sqlalchemy as sa
from alembic import op

from migrations.walls import allow_function, run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A function that binds the transaction and says who entered; an index in the order of the leaderboard."""
    run_script("entering.sql")
    allow_function("bank.enter(integer, text)")
    op.create_index(
        "ordered_scorecards_points",
        "scorecards",
        ["bank_id", "run", sa.text("points_e4 DESC NULLS LAST"), sa.text('manager COLLATE "C"')],
        schema="bank",
    )
    op.drop_index("scorecards_by_points", "scorecards", schema="bank")


def downgrade() -> None:
    """Without them."""
    op.create_index("scorecards_by_points", "scorecards", ["bank_id", "run", "points_e4", "manager"], schema="bank")
    op.drop_index("ordered_scorecards_points", "scorecards", schema="bank")
    op.execute("DROP FUNCTION bank.enter(integer, text)")
