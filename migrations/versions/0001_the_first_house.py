"""the first house"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.walls import allow, allow_schemas, run_script, wall

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What the application role may do: nothing that a trail or a result must survive.
RIGHTS = {
    "audit": "SELECT, INSERT",
    "branches": "SELECT, INSERT, UPDATE, DELETE",
    "customers": "SELECT, INSERT, UPDATE, DELETE",
    "deliveries": "SELECT, INSERT, UPDATE (status)",
    "fact_files": "SELECT, INSERT, UPDATE (until_delivery)",
    "findings": "SELECT, INSERT",
    "grants": "SELECT, INSERT, UPDATE, DELETE",
    "managers": "SELECT, INSERT, UPDATE, DELETE",
    "people": "SELECT, INSERT, UPDATE",
    "plugins": "SELECT, INSERT, UPDATE, DELETE",
    "postings": "SELECT, INSERT, UPDATE, DELETE",
    "run_values": "SELECT, INSERT",
    "runs": "SELECT, INSERT, UPDATE",
    "scheme_versions": "SELECT, INSERT, UPDATE",
    "schemes": "SELECT, INSERT, UPDATE",
    "score_lines": "SELECT, INSERT",
    "scorecards": "SELECT, INSERT",
    "shares": "SELECT, INSERT, UPDATE, DELETE",
    "targets": "SELECT, INSERT, UPDATE, DELETE",
}


def upgrade() -> None:
    """Forward."""
    op.execute("CREATE SCHEMA bank")
    allow_schemas()
    op.create_table(
        "audit",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("record", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "record"),
        schema="bank",
    )
    op.create_index("audit_by_time", "audit", ["bank_id", "at"], unique=False, schema="bank")
    op.create_table(
        "branches",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("branch", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("parent", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_zh", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id", "parent"],
            ["bank.branches.bank_id", "bank.branches.branch"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "branch"),
        schema="bank",
    )
    op.create_table(
        "customers",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("customer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "customer"),
        schema="bank",
    )
    op.create_table(
        "deliveries",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("delivery", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fact", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shape", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.Column("supersedes", sa.BigInteger(), nullable=True),
        sa.Column("delivered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("status IN ('accepted', 'superseded', 'refused')", name="deliveries_status"),
        sa.PrimaryKeyConstraint("bank_id", "delivery"),
        schema="bank",
    )
    op.create_index(
        "deliveries_in_force",
        "deliveries",
        ["bank_id", "fact", "shape", "business_day"],
        unique=True,
        schema="bank",
        postgresql_where="status = 'accepted'",
    )
    op.create_table(
        "findings",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("finding", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("delivery", sa.BigInteger(), nullable=True),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("severity", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message_zh", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "finding"),
        schema="bank",
    )
    op.create_index("findings_by_delivery", "findings", ["bank_id", "delivery"], unique=False, schema="bank")
    op.create_index("findings_by_run", "findings", ["bank_id", "run"], unique=False, schema="bank")
    op.create_table(
        "managers",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "manager"),
        schema="bank",
    )
    op.create_table(
        "plugins",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("plugin", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("enabled_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("enabled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "plugin"),
        schema="bank",
    )
    op.create_table(
        "schemes",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("scheme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("label_zh", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "scheme"),
        schema="bank",
    )
    op.create_table(
        "banks",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_zh", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issuer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("jwks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("issuer"),
        schema="platform",
    )
    op.create_table(
        "fact_files",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("fact_file", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fact", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("part", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("of_delivery", sa.BigInteger(), nullable=True),
        sa.Column("since_delivery", sa.BigInteger(), nullable=False),
        sa.Column("until_delivery", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("part IN ('record', 'closed', 'open')", name="fact_files_part"),
        sa.ForeignKeyConstraint(
            ["bank_id", "since_delivery"],
            ["bank.deliveries.bank_id", "bank.deliveries.delivery"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "fact_file"),
        sa.UniqueConstraint("bank_id", "fact", "part", "month", "sha256", "since_delivery"),
        schema="bank",
    )
    op.create_index(
        "fact_files_in_force",
        "fact_files",
        ["bank_id", "fact"],
        unique=False,
        schema="bank",
        postgresql_where="until_delivery IS NULL",
    )
    op.create_table(
        "people",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id", "manager"],
            ["bank.managers.bank_id", "bank.managers.manager"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "person"),
        schema="bank",
    )
    op.create_table(
        "postings",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("branch", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("level", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name="postings_days"),
        sa.ForeignKeyConstraint(
            ["bank_id", "branch"],
            ["bank.branches.bank_id", "bank.branches.branch"],
        ),
        sa.ForeignKeyConstraint(
            ["bank_id", "manager"],
            ["bank.managers.bank_id", "bank.managers.manager"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "manager", "valid_from"),
        schema="bank",
    )
    op.create_index("postings_by_branch", "postings", ["bank_id", "branch"], unique=False, schema="bank")
    op.create_table(
        "scheme_versions",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("scheme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'approved') = (approved_by IS NOT NULL)", name="scheme_versions_approved"),
        sa.CheckConstraint("status IN ('draft', 'submitted', 'approved')", name="scheme_versions_status"),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> made_by", name="scheme_versions_four_eyes"),
        sa.ForeignKeyConstraint(
            ["bank_id", "scheme"],
            ["bank.schemes.bank_id", "bank.schemes.scheme"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "scheme", "version"),
        schema="bank",
    )
    op.create_table(
        "shares",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("customer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("share_ppm", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("share_ppm > 0 AND share_ppm <= 1000000", name="shares_in_range"),
        sa.CheckConstraint("valid_from < valid_until", name="shares_days"),
        sa.ForeignKeyConstraint(
            ["bank_id", "customer"],
            ["bank.customers.bank_id", "bank.customers.customer"],
        ),
        sa.ForeignKeyConstraint(
            ["bank_id", "manager"],
            ["bank.managers.bank_id", "bank.managers.manager"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "customer", "manager", "valid_from"),
        schema="bank",
    )
    op.create_index("shares_by_manager", "shares", ["bank_id", "manager"], unique=False, schema="bank")
    op.create_table(
        "targets",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("indicator", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("target", sa.Numeric(precision=38, scale=6), nullable=False),
        sa.Column("prorate", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id", "manager"],
            ["bank.managers.bank_id", "bank.managers.manager"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "manager", "indicator", "period"),
        schema="bank",
    )
    op.create_table(
        "jobs",
        sa.Column("job", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("bank_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("status IN ('queued', 'running', 'failed')", name="jobs_status"),
        sa.ForeignKeyConstraint(
            ["bank_id"],
            ["platform.banks.id"],
        ),
        sa.PrimaryKeyConstraint("job"),
        schema="platform",
    )
    op.create_index(
        "jobs_by_turn",
        "jobs",
        ["not_before", "job"],
        unique=False,
        schema="platform",
        postgresql_where="status IN ('queued', 'running')",
    )
    op.create_index(
        "jobs_live",
        "jobs",
        ["bank_id", "kind", "subject"],
        unique=True,
        schema="platform",
        postgresql_where="status IN ('queued', 'running')",
    )
    op.create_table(
        "grants",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("branch", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("granted_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role <> 'branch_head' OR branch <> ''", name="grants_branch_head_has_branch"),
        sa.ForeignKeyConstraint(
            ["bank_id", "person"],
            ["bank.people.bank_id", "bank.people.person"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "person", "role", "branch"),
        schema="bank",
    )
    op.create_table(
        "runs",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scheme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("requested_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inputs_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("results_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("versions", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "(status = 'complete') = (results_hash IS NOT NULL AND finished_at IS NOT NULL)",
            name="runs_complete",
        ),
        sa.CheckConstraint("status IN ('queued', 'running', 'complete', 'failed')", name="runs_status"),
        sa.ForeignKeyConstraint(
            ["bank_id", "scheme", "version"],
            ["bank.scheme_versions.bank_id", "bank.scheme_versions.scheme", "bank.scheme_versions.version"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "run"),
        schema="bank",
    )
    op.create_index("runs_by_period", "runs", ["bank_id", "period", "requested_at"], unique=False, schema="bank")
    op.create_table(
        "run_values",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("indicator", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("numerator", sa.Numeric(precision=60, scale=0), nullable=False),
        sa.Column("denominator", sa.Numeric(precision=60, scale=0), nullable=False),
        sa.Column("not_applicable", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.CheckConstraint("owner IN ('manager', 'unattributed', 'bank')", name="run_values_owner"),
        sa.ForeignKeyConstraint(
            ["bank_id", "run"],
            ["bank.runs.bank_id", "bank.runs.run"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "run", "indicator", "owner", "manager"),
        schema="bank",
    )
    op.create_table(
        "scorecards",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("branch", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("level", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("rank_in_branch", sa.Integer(), nullable=True),
        sa.Column("points_e4", sa.BigInteger(), nullable=True),
        sa.Column("grade", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("multiple_e2", sa.Integer(), nullable=True),
        sa.Column("pay_minor", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bank_id", "run"],
            ["bank.runs.bank_id", "bank.runs.run"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "run", "manager"),
        schema="bank",
    )
    op.create_index("scorecards_by_branch", "scorecards", ["bank_id", "run", "branch"], unique=False, schema="bank")
    op.create_index(
        "scorecards_by_points",
        "scorecards",
        ["bank_id", "run", "points_e4", "manager"],
        unique=False,
        schema="bank",
    )
    op.create_table(
        "score_lines",
        sa.Column(
            "bank_id",
            sa.Integer(),
            server_default=sa.text("(nullif(current_setting('meritgraph.bank', true), ''))::integer"),
            nullable=False,
        ),
        sa.Column("run", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("manager", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("indicator", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("section", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("value_e6", sa.Numeric(precision=38, scale=0), nullable=True),
        sa.Column("target", sa.Numeric(precision=38, scale=6), nullable=True),
        sa.Column("completion_e6", sa.Numeric(precision=38, scale=0), nullable=True),
        sa.Column("base_e4", sa.BigInteger(), nullable=False),
        sa.Column("points_e4", sa.BigInteger(), nullable=False),
        sa.Column("not_applicable", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id", "run", "manager"],
            ["bank.scorecards.bank_id", "bank.scorecards.run", "bank.scorecards.manager"],
        ),
        sa.PrimaryKeyConstraint("bank_id", "run", "manager", "line"),
        schema="bank",
    )
    for table, rights in RIGHTS.items():
        wall(table)
        allow(f"bank.{table}", rights)
    allow("platform.banks", "SELECT")
    allow("platform.jobs", "SELECT, INSERT, UPDATE, DELETE")
    allow("platform.alembic_version", "SELECT")
    run_script("guards_0001.sql")


def downgrade() -> None:
    """Back to nothing."""
    op.execute("DROP SCHEMA bank CASCADE")
    op.execute("DROP TABLE platform.jobs, platform.banks")
