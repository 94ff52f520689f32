"""A bank that was there before keeps what it has: upgraded, taken back, upgraded again."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service.database import Database, alembic_config, prepare
from service.settings import Settings

# As version 0001 knew them: a bank with a delivery, an approved scheme and a complete run.
OLD = """
SELECT set_config('meritgraph.bank', '1', false);
INSERT INTO platform.banks (code, name, name_zh, currency, digits, time_zone, issuer, jwks, created_at)
VALUES ('old', 'Old', '旧', 'CNY', 2, 'Asia/Shanghai', 'urn:old', '{}', now());
INSERT INTO bank.deliveries (fact, shape, business_day, source, content, status, rows, findings, delivered_by,
                             delivered_at, mapping)
VALUES ('fees', 'event', '2026-01-31', 'fees.csv', 'c', 'accepted', 1, 0, 'p', now(), '{}');
INSERT INTO bank.schemes (scheme, label, label_zh) VALUES ('s', 'S', '某');
INSERT INTO bank.scheme_versions (scheme, version, body, status, made_by, made_at, approved_by, approved_at)
VALUES ('s', 1, '{}', 'approved', 'p', now(), 'q', now());
INSERT INTO bank.runs (run, scheme, version, period, kind, status, stage, done, total, requested_by, requested_at)
VALUES ('r', 's', 1, '2026-01', 'assessment', 'running', 'assess', 0, 0, 'p', now());
INSERT INTO bank.scorecards (run, manager, branch, position, level) VALUES ('r', 'm', 'b', 'manager', '');
INSERT INTO bank.score_lines (run, manager, line, indicator, section, base_e4, points_e4, inputs)
VALUES ('r', 'm', 1, 'i', 'main', 0, 0, '{}');
UPDATE bank.runs SET status = 'complete', results_hash = 'h', finished_at = now()
"""


@pytest.fixture
async def fresh(server_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of its own at the newest version."""
    name = f"meritgraph_test_upgrade_{secrets.token_hex(4)}"
    first = create_async_engine(make_url(server_url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    async with first.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
        yield await prepare(Settings(state=tmp_path, database_url=url, app_password="secret"))
        await plain.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await plain.execute(text(f"DROP ROLE IF EXISTS {name}_app"))
    await first.dispose()


async def test_what_a_bank_had_stays_through_an_upgrade(fresh: Database) -> None:
    role = str(fresh.app_url.username)
    engine = fresh.owner_engine()
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(alembic_config(c, role), "0001"))
    async with engine.begin() as connection:
        for statement in OLD.split(";\n"):
            await connection.execute(text(statement))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.upgrade(alembic_config(c, role), "head"))
    async with engine.begin() as connection:
        await connection.execute(text("SELECT set_config('meritgraph.bank', '1', true)"))
        found = await connection.execute(
            text(
                """SELECT (SELECT set_aside FROM bank.deliveries), (SELECT reason FROM bank.deliveries),
                          (SELECT despite::text FROM bank.runs), (SELECT status FROM bank.scheme_versions),
                          (SELECT count(*) FROM bank.score_lines),
                          (SELECT concat_ws(' ', indicator, section, rule, base_e4) FROM bank.score_sheets)"""
            )
        )
        sheet = '"i" "main" null "0.0000"'
        assert tuple(found.one()) == (0, "", "[]", "approved", 1, sheet)
        await connection.run_sync(lambda c: command.check(alembic_config(c, role)))
    await engine.dispose()
