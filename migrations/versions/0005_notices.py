"""what subscriptions hear"""

from alembic import op

from migrations.walls import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TRIGGERS = {
    "grants": "grants_tell",
    "people": "people_tell",
    "publications": "publications_tell",
    "runs": "runs_complete_tell",
}


def upgrade() -> None:
    """Completion, publication, roles and log-ins say so, to whoever listens."""
    run_script("guards_0005.sql")


def downgrade() -> None:
    """Back."""
    for table, trigger in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {trigger} ON bank.{table}")
    for function in ("results_tell", "people_tell"):
        op.execute(f"DROP FUNCTION bank.{function}()")
