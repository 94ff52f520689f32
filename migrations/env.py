"""Alembic's environment: runs on the connection it is handed, as the owner of the database's objects."""

import importlib
import pkgutil

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import core


def models() -> None:
    """Import every `core/<noun>/table.py`, so that the metadata is whole."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name.endswith(".table"):
            importlib.import_module(module.name)


def ours(name: str | None, kind: str, parents: object) -> bool:
    """Only our two schemas are compared."""
    return name in ("bank", "platform") if kind == "schema" else True


models()
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
