"""The leaderboards of the demonstration, if it has been built."""

from dataclasses import dataclass

from sqlalchemy import text

from core.errors import NotFound
from core.session import Bank
from service.commands.desk import OPERATOR, newest_migration
from service.database import Database
from service.demo.plan import BANKS, BankPlan
from service.demo.runs import shown_run
from service.leaderboard import Place, read_leaderboard
from service.outage import is_unmade
from tenants.binding import Door
from tenants.registry import bank_of, bank_row


@dataclass(frozen=True)
class Board:
    """A bank's shown run and its places."""

    plan: BankPlan
    bank: Bank
    run: str
    scheme: str
    places: list[Place]


async def find_boards(database: Database) -> list[Board]:
    """The boards of all demonstration banks; none unless the database is up to date and all of them are there."""
    engine = database.app_engine(1)
    try:
        async with engine.connect() as connection:
            version = await connection.scalar(text("SELECT version_num FROM platform.alembic_version"))
        if version != newest_migration():
            return []
        return [await _board(Door(engine), plan) for plan in BANKS]
    except NotFound:
        return []
    except Exception as error:
        if is_unmade(error):
            return []
        raise
    finally:
        await engine.dispose()


async def _board(door: Door, plan: BankPlan) -> Board:
    bank = bank_of(await bank_row(door.engine, plan.code))
    async with door.open(bank, OPERATOR, read_only=True) as session:
        run = await session.row(
            """SELECT r.run, s.label || ' · ' || s.label_zh AS scheme
               FROM bank.runs r JOIN bank.schemes s ON s.scheme = r.scheme
               WHERE r.run = $1 AND r.status = 'complete'""",
            shown_run(plan),
        )
        if run is None:
            raise NotFound("The demonstration has not been built.")
        return Board(plan, bank, run["run"], run["scheme"], await read_leaderboard(session, run["run"]))
