"""trusted documents"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from migrations.walls import allow, run_script, wall

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "documents",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("registered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="documents_are_their_hash"),
        sa.PrimaryKeyConstraint("bank_id", "sha256"),
        schema="bank",
    )
    wall("documents")
    allow("bank.documents", "SELECT, INSERT, DELETE")
    run_script("guards_0003.sql")


def downgrade() -> None:
    """Back."""
    op.drop_table("documents", schema="bank")
    op.execute("DROP FUNCTION bank.document_is_dated")
