"""The tenant wall in SQL: policies, rights and the triggers that guard money. Called by migrations."""

import re
from pathlib import Path

from alembic import op

CURRENT_BANK = "(nullif(current_setting('meritgraph.bank', true), ''))::integer"


def wall(table: str) -> None:
    """Enable and force row-level security on bank.<table>: with no bank set, no rows."""
    op.execute(f"ALTER TABLE bank.{table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE bank.{table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_bank ON bank.{table} USING (bank_id = {CURRENT_BANK}) WITH CHECK (bank_id = {CURRENT_BANK})"
    )


def allow(table: str, rights: str) -> None:
    """Grant the application role exactly these rights on schema.table."""
    role = op.get_context().config.attributes["app_role"]  # type: ignore[union-attr]
    op.execute(f'GRANT {rights} ON {table} TO "{role}"')


def deny(table: str, rights: str) -> None:
    """Take these rights on schema.table from the application role, for all of its columns."""
    role = op.get_context().config.attributes["app_role"]  # type: ignore[union-attr]
    op.execute(f'REVOKE {rights} ON {table} FROM "{role}"')


def allow_schemas() -> None:
    """Let the application role see into both schemas; nobody else sees anything."""
    role = op.get_context().config.attributes["app_role"]  # type: ignore[union-attr]
    for schema in ("bank", "platform"):
        op.execute(f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC")
        op.execute(f'GRANT USAGE ON SCHEMA {schema} TO "{role}"')


def run_script(name: str) -> None:
    """Run a SQL file of this folder, statement by statement (a blank line after `;` ends one)."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    bind = op.get_bind()
    for statement in re.split(r";\s*\n(?=CREATE |$)", text):
        if statement.strip():
            bind.exec_driver_sql(statement)


def allow_function(signature: str) -> None:
    """Let the application role, and nobody else, call this function."""
    role = op.get_context().config.attributes["app_role"]  # type: ignore[union-attr]
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION {signature} TO "{role}"')
