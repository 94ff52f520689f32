"""The type of a bank-bound database session: what store functions take instead of a bank's id.

Only `tenants/binding.py` makes one. It owns one asyncpg connection on which a transaction is open and the
bank is set for that transaction alone, so row-level security holds for whatever runs on it: SQLModel through
`orm`, SQL text through `rows`, bulk loads through `copy_in`, and the job queue through `driver`.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from core.people.login import Login


@dataclass(frozen=True)
class Bank:
    """A customer of the product. `digits` are the decimal places of its currency (2: a fen is 0.01)."""

    id: int
    code: str
    name: str
    name_zh: str
    currency: str
    digits: int
    time_zone: str


@dataclass(frozen=True)
class Entered:
    """Who entered, as the transaction's first statement saw him and his bank. `login`: None for nobody known here."""

    login: Login | None
    plugins: tuple[str, ...]


@dataclass(frozen=True)
class BankSession:
    """One bank's open transaction. Commit and rollback belong to whoever opened it."""

    bank: Bank
    person: str
    """Who acts: a person's code, or "system" for the worker's own steps. Written into the audit trail.

    The transaction knows him too, and the database refuses another name: `acting_as` changes both, replace() one.
    """
    driver: Any
    """The asyncpg connection, inside the transaction."""
    orm_session: AsyncSession | None = None
    entered: Entered | None = None
    """Of a frozen reading transaction: what its first statement read of the person and the bank."""

    @property
    def orm(self) -> AsyncSession:
        """SQLModel on the same connection, in the same transaction. A reading request's session has none."""
        if self.orm_session is None:
            raise TypeError("this session reads by statements alone")
        return self.orm_session

    @asynccontextmanager
    async def acting_as(self, person: str) -> AsyncIterator["BankSession"]:
        """The same transaction in another person's name, for who furnishes a bank in the names of several.

        What an exception leaves is rolled back to here. Inside, use the session it gives and not this one.
        """
        async with self.driver.transaction():
            await self._name(person)
            yield replace(self, person=person)
            await self._name(self.person)

    async def _name(self, person: str) -> None:
        await self.driver.execute("SELECT set_config('meritgraph.person', $1, true)", person)

    async def hang_up(self) -> None:
        """On a connection that broke, whatever is sent next, a rollback too, fails in the driver's own words."""
        with suppress(asyncpg.InterfaceError):  # it has left its pool already
            self.driver.terminate()
        if self.orm_session is not None:
            await self.orm_session.invalidate()

    async def rows(self, statement: str, *arguments: object) -> list[Any]:
        """Run one statement with $1, $2, … arguments; asyncpg records (index or name)."""
        found: list[Any] = await self.driver.fetch(statement, *arguments)
        return found

    async def row(self, statement: str, *arguments: object) -> Any | None:
        """The first record of one statement, or None."""
        return await self.driver.fetchrow(statement, *arguments)

    async def execute(self, statement: str, *arguments: object) -> None:
        """Run one statement for its effect."""
        await self.driver.execute(statement, *arguments)

    async def copy_in(self, table: str, columns: Sequence[str], records: Iterable[Sequence[object]]) -> int:
        """Bulk-insert records into bank.<table>; the bank is filled in by the column's default. Gives the count.

        COPY FROM is refused under row-level security: this copies into a temporary table, then INSERT … SELECT.
        `table` and `columns` are names written in our code, never input.
        """
        names = ", ".join(f'"{name}"' for name in columns)
        temporary = f"incoming_{table}"
        await self.driver.execute(f"DROP TABLE IF EXISTS pg_temp.{temporary}")
        await self.driver.execute(
            f"CREATE TEMPORARY TABLE {temporary} ON COMMIT DROP AS SELECT {names} FROM bank.{table} LIMIT 0"  # noqa: S608
        )
        await self.driver.copy_records_to_table(
            temporary, records=records, columns=list(columns), schema_name="pg_temp"
        )
        status: str = await self.driver.execute(
            f"INSERT INTO bank.{table} ({names}) SELECT {names} FROM pg_temp.{temporary}"  # noqa: S608
        )
        return int(status.rsplit(" ", 1)[1])

    async def copy_out(self, sink: Any, statement: str, *arguments: object) -> None:
        """Stream a SELECT as CSV with a header row into `sink` (a binary file or an async callable)."""
        await self.driver.copy_from_query(statement, *arguments, output=sink, format="csv", header=True)
