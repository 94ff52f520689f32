"""facts to trust"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.walls import allow, deny, run_script, wall

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What the application role may do: nothing that a trail must survive.
RIGHTS = {
    "arrivals": "SELECT, INSERT, UPDATE (status, stage, outcome, delivery, finished_at)",
    "entries": "SELECT, INSERT, UPDATE (status, decided_by, decided_at, decision, delivery)",
    "feeds": "SELECT, INSERT, UPDATE, DELETE",
    "publications": "SELECT, INSERT",
    "settings": "SELECT, INSERT, UPDATE, DELETE",
}
# Of tables whose rows the application role could change as it liked: what it may change from now on.
MAY_UPDATE = {
    "grants": "",
    "runs": "status, stage, done, total, started_at, finished_at, inputs_hash, results_hash, inputs, versions, error",
    "scheme_versions": "status, submitted_by, submitted_at, approved_by, approved_at",
}
TRIGGERS = {
    "audit": ("audit_signed",),
    "deliveries": ("deliveries_in_order",),
    "fact_files": ("fact_files_end_once",),
    "grants": ("grants_signed",),
    "runs": ("runs_signed", "runs_begin_queued", "runs_in_order", "runs_ended_stay", "runs_tell"),
    "scheme_versions": (
        "scheme_versions_made_signed",
        "scheme_versions_submitted_signed",
        "scheme_versions_approved_signed",
        "scheme_versions_begin_as_drafts",
        "scheme_versions_in_order",
    ),
    "score_lines": ("score_lines_have_cards",),
}
FUNCTIONS = (
    "signed_by_who_acts",
    "scheme_begins_as_draft",
    "scheme_in_order",
    "entry_text_stays",
    "entry_begins_waiting",
    "publication_is_due",
    "run_begins_queued",
    "run_in_order",
    "ended_run_stays",
    "run_tells",
    "delivery_in_order",
    "fact_file_ends_once",
    "ended_arrival_stays",
    "lines_have_cards",
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "arrivals",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("arrival", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("origin", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("feed", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("business_day", sa.Date(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("delivery", sa.BigInteger(), nullable=True),
        sa.Column("arrived_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(finished_at IS NOT NULL) = (status IN ('done', 'refused'))", name="arrivals_finished"),
        sa.CheckConstraint("origin IN ('inbox', 'upload')", name="arrivals_origin"),
        sa.CheckConstraint("status IN ('waiting', 'working', 'done', 'refused')", name="arrivals_status"),
        sa.PrimaryKeyConstraint("bank_id", "arrival"),
        schema="bank",
    )
    op.create_index("arrivals_by_time", "arrivals", ["bank_id", "arrived_at"], unique=False, schema="bank")
    op.create_table(
        "entries",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("entry", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fact", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("delivery", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(status = 'approved') = (delivery IS NOT NULL)", name="entries_delivered"),
        sa.CheckConstraint("(status = 'waiting') = (decided_by IS NULL)", name="entries_decided"),
        sa.CheckConstraint("status IN ('waiting', 'approved', 'refused', 'withdrawn')", name="entries_status"),
        sa.CheckConstraint("status NOT IN ('approved', 'refused') OR decided_by <> made_by", name="entries_four_eyes"),
        sa.CheckConstraint("status <> 'withdrawn' OR decided_by = made_by", name="entries_withdrawn"),
        sa.CheckConstraint("btrim(reason) <> ''", name="entries_reason"),
        sa.PrimaryKeyConstraint("bank_id", "entry"),
        schema="bank",
    )
    op.create_index(
        "entries_reversed_once",
        "entries",
        ["bank_id", "reverses"],
        unique=True,
        schema="bank",
        postgresql_where="reverses IS NOT NULL AND status IN ('waiting', 'approved')",
    )
    op.create_table(
        "feeds",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("feed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label_zh", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fact", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shape", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("file_pattern", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("every", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "every IN ('day', 'workday', 'week', 'month', 'quarter', 'year', 'never')", name="feeds_every"
        ),
        sa.CheckConstraint("due_days BETWEEN 0 AND 366", name="feeds_due"),
        sa.CheckConstraint("until IS NULL OR since <= until", name="feeds_days"),
        sa.PrimaryKeyConstraint("bank_id", "feed"),
        schema="bank",
    )
    op.create_table(
        "settings",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "name"),
        schema="bank",
    )
    op.create_table(
        "publications",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("published_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id", "run"],
            ["bank.runs.bank_id", "bank.runs.run"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "run"),
        schema="bank",
    )
    op.add_column("deliveries", sa.Column("first_day", sa.Date(), nullable=True), schema="bank")
    op.add_column(
        "deliveries", sa.Column("set_aside", sa.BigInteger(), server_default="0", nullable=False), schema="bank"
    )
    op.add_column(
        "deliveries", sa.Column("set_aside_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="bank"
    )
    op.add_column("deliveries", sa.Column("completes", sa.BigInteger(), nullable=True), schema="bank")
    op.add_column(
        "deliveries",
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False),
        schema="bank",
    )
    op.add_column(
        "deliveries", sa.Column("control", postgresql.JSONB(astext_type=sa.Text()), nullable=True), schema="bank"
    )
    op.add_column(
        "runs",
        sa.Column(
            "despite", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        schema="bank",
    )
    op.add_column(
        "scheme_versions", sa.Column("submitted_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True), schema="bank"
    )
    op.add_column(
        "scheme_versions", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True), schema="bank"
    )

    op.drop_constraint("runs_status", "runs", schema="bank", type_="check")
    op.create_check_constraint(
        "runs_status", "runs", "status IN ('queued', 'running', 'complete', 'failed', 'cancelled')", schema="bank"
    )
    op.create_check_constraint(
        "scheme_versions_submitted",
        "scheme_versions",
        "approved_by IS NULL OR approved_by <> submitted_by",
        schema="bank",
    )
    op.create_check_constraint("grants_by_another", "grants", "granted_by <> person", schema="bank")
    op.create_foreign_key(
        "fact_files_bank_id_until_delivery_fkey",
        "fact_files",
        "deliveries",
        ["bank_id", "until_delivery"],
        ["bank_id", "delivery"],
        source_schema="bank",
        referent_schema="bank",
    )
    op.create_check_constraint("fact_files_order", "fact_files", "since_delivery <= until_delivery", schema="bank")
    # One question a line: on a table without statistics the planner may answer each by reading a whole run.
    op.drop_constraint("score_lines_bank_id_run_manager_fkey", "score_lines", schema="bank", type_="foreignkey")
    for table, rights in RIGHTS.items():
        wall(table)
        allow(f"bank.{table}", rights)
    for table, columns in MAY_UPDATE.items():
        deny(f"bank.{table}", "UPDATE")
        if columns:
            allow(f"bank.{table}", f"UPDATE ({columns})")
    run_script("guards_0002.sql")


def downgrade() -> None:
    """Back."""
    for table, triggers in TRIGGERS.items():
        for trigger in triggers:
            op.execute(f"DROP TRIGGER {trigger} ON bank.{table}")
    for table in MAY_UPDATE:
        allow(f"bank.{table}", "UPDATE")
    op.drop_constraint("grants_by_another", "grants", schema="bank", type_="check")
    op.drop_constraint("fact_files_order", "fact_files", schema="bank", type_="check")
    op.drop_constraint("fact_files_bank_id_until_delivery_fkey", "fact_files", schema="bank", type_="foreignkey")
    op.create_foreign_key(
        "score_lines_bank_id_run_manager_fkey",
        "score_lines",
        "scorecards",
        ["bank_id", "run", "manager"],
        ["bank_id", "run", "manager"],
        source_schema="bank",
        referent_schema="bank",
    )
    op.drop_constraint("scheme_versions_submitted", "scheme_versions", schema="bank", type_="check")
    op.drop_constraint("runs_status", "runs", schema="bank", type_="check")
    op.create_check_constraint(
        "runs_status", "runs", "status IN ('queued', 'running', 'complete', 'failed')", schema="bank"
    )
    op.drop_column("scheme_versions", "submitted_at", schema="bank")
    op.drop_column("scheme_versions", "submitted_by", schema="bank")
    op.drop_column("runs", "despite", schema="bank")
    op.drop_column("deliveries", "control", schema="bank")
    op.drop_column("deliveries", "reason", schema="bank")
    op.drop_column("deliveries", "completes", schema="bank")
    op.drop_column("deliveries", "set_aside_sha256", schema="bank")
    op.drop_column("deliveries", "set_aside", schema="bank")
    op.drop_column("deliveries", "first_day", schema="bank")
    op.drop_table("publications", schema="bank")
    op.drop_table("settings", schema="bank")
    op.drop_table("feeds", schema="bank")
    op.drop_index("entries_reversed_once", table_name="entries", schema="bank")
    op.drop_table("entries", schema="bank")
    op.drop_index("arrivals_by_time", table_name="arrivals", schema="bank")
    op.drop_table("arrivals", schema="bank")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION bank.{function}")
