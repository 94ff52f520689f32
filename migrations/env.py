"""Alembic's environment: runs on the connection it is handed, as the owner of the database's objects."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from core.tables import load_tables


def ours(name: str | None, kind: str, parents: object) -> bool:
    """Only our two schemas are compared. Indexes over expressions are not: Alembic reads them otherwise than told."""
    if kind == "index":
        return not (name or "").startswith("ordered_")
    return name in ("bank", "platform") if kind == "schema" else True


load_tables()
connection: Connection | None = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run migrations with `meritgraph migrate`: it knows the database and its roles.")
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    include_schemas=True,
    include_name=ours,
    version_table_schema="platform",
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
