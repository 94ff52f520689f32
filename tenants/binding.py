"""The only door to a bank's rows: opens transactions in which the database knows the bank and who acts."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from core.codes import is_code
from core.session import Bank, BankSession
from tenants.reading import ReadingPool

# Bank and person must be set by the first statement of the transaction and for that transaction alone: a session-level
# SET leaks to the next borrower of the pooled connection, and a job enqueued on the driver's connection before
# SQLAlchemy has begun survives a rollback.
_BIND = text(
    "SELECT set_config('meritgraph.bank', :bank, true), set_config('meritgraph.person', :person, true),"
    " set_config('transaction_read_only', :read_only, true),"
    " set_config('statement_timeout', coalesce(nullif(:seconds, '0s'), current_setting('statement_timeout')), true)"
)


@dataclass(frozen=True)
class Door:
    """Opens sessions bound to one bank on a pool of connections of the application role.

    `statement_seconds`: after which PostgreSQL itself ends a statement; 0: as the server is configured.
    """

    engine: AsyncEngine = field(repr=False)
    readers: ReadingPool | None = field(default=None, repr=False)
    """Where frozen reading transactions come from; None: from the engine as any other."""
    statement_seconds: int = 0

    @asynccontextmanager
    async def open(
        self, bank: Bank, person: str, *, read_only: bool = False, frozen: bool = False
    ) -> AsyncIterator[BankSession]:
        """One transaction of `person` in `bank`: committed on leaving, rolled back when an exception leaves.

        What cannot be a person's code acts as nobody: the database lets it sign nothing.
        `read_only`: PostgreSQL refuses writes. `frozen`: REPEATABLE READ, so that every read sees one moment.
        """
        if read_only and frozen and self.readers is not None:
            async with self.readers.open(bank, person, self.statement_seconds) as session:
                yield session
            return
        async with AsyncSession(self.engine, expire_on_commit=False) as orm:
            level = "REPEATABLE READ" if frozen else "READ COMMITTED"
            connection = await orm.connection(execution_options={"isolation_level": level})
            named = {"bank": str(bank.id), "person": person if is_code(person) else ""}
            how = {"read_only": "on" if read_only else "off", "seconds": f"{self.statement_seconds}s"}
            await connection.execute(_BIND, named | how)
            raw = await connection.get_raw_connection()
            yield BankSession(bank=bank, person=person, driver=raw.driver_connection, orm_session=orm)
            await orm.commit()

    def opener(self, bank: Bank, person: str) -> "Opener":
        """The door with bank and person decided: what core's long work takes."""
        return Opener(self, bank, person)


@dataclass(frozen=True)
class Opener:
    """Calling it opens one bank's transaction."""

    door: Door
    bank: Bank
    person: str

    def __call__(self, *, read_only: bool = False, frozen: bool = False) -> AbstractAsyncContextManager[BankSession]:
        """As `Door.open`, for this bank and person."""
        return self.door.open(self.bank, self.person, read_only=read_only, frozen=frozen)
