"""one effect a key"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.walls import allow, run_script, wall

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FUNCTIONS = ("answer_is_dated", "answer_is_said_once")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "answers",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mutation", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("input_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "person", "mutation", "key"),
        schema="bank",
    )
    op.create_index("answers_by_time", "answers", ["bank_id", "answered_at"], unique=False, schema="bank")
    wall("answers")
    allow("bank.answers", "SELECT, INSERT (person, mutation, key, input_sha256), UPDATE (answer), DELETE")
    run_script("guards_0004.sql")


def downgrade() -> None:
    """Back."""
    op.drop_index("answers_by_time", table_name="answers", schema="bank")
    op.drop_table("answers", schema="bank")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION bank.{function}")
