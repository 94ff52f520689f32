"""One DuckDB session over one bank's folder: it can reach nothing else, and it never blocks the event loop."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import duckdb

Result = TypeVar("Result")

THREADS = 2
MEMORY = "2GB"
STAND_INS = "stand_ins"
"""What a file notes: so many of its rows, the last ones, are earlier rows in the place of rows set aside."""

# As wide as a worker can have jobs: a short delivery must not wait for the threads of a long one.
_pool = ThreadPoolExecutor(max_workers=64, thread_name_prefix="facts")


class Engine:
    """A locked in-memory session. `folders` is all it may read and write; it spills into `spill`."""

    def __init__(self, folders: list[Path], spill: Path, memory: str = MEMORY) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": str(THREADS),
                "memory_limit": memory,
                "temp_directory": str(spill),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        self._connection.execute("SET allowed_directories = ?", [[str(folder) for folder in folders]])
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def rows(self, statement: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of one statement with $name parameters."""
        answer = self._connection.execute(statement, parameters or {})
        found: list[tuple[Any, ...]] = answer.fetchall() if answer.description else []
        return found

    def row(self, statement: str, parameters: dict[str, Any] | None = None) -> tuple[Any, ...]:
        """The first row of one statement."""
        return self.rows(statement, parameters)[0]

    def stream(self, statement: str, parameters: dict[str, Any] | None = None) -> Iterator[tuple[Any, ...]]:
        """The rows of one statement a few at a time. Any other statement of the session ends it."""
        answer = self._connection.execute(statement, parameters or {})
        while rows := answer.fetchmany(2_048):
            yield from rows

    def write(self, query: str, path: Path, parameters: dict[str, Any] | None = None, stand_ins: int = 0) -> int:
        """Write a query's rows, in its order, as one Parquet file; how many. `stand_ins`: noted in it, if any."""
        noted = f", KV_METADATA {{{STAND_INS}: '{stand_ins}'}}" if stand_ins else ""
        statement = f"COPY ({query}) TO $to_path (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1{noted})"
        count: int = self.row(statement, {**(parameters or {}), "to_path": str(path)})[0]
        return count

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """`work` in the bounded pool. A cancelled caller stops the statement and waits until it has ended."""
        task = asyncio.get_running_loop().run_in_executor(_pool, work, *arguments)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            while not task.done():
                self._connection.interrupt()
                await asyncio.wait([task], timeout=0.05)
            if not task.cancelled():
                task.exception()
            raise

    def close(self) -> None:
        """End the session; its memory and spilled files are gone."""
        self._connection.close()


class Bound:
    """Gathers the parameters of one statement: `bind(value)` gives the placeholder to write."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def __call__(self, value: Any) -> str:
        for name, known in self.values.items():  # the same placeholder lets the engine compute a thing once
            if type(known) is type(value) and known == value:
                return f"${name}"
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def quoted(name: str) -> str:
    """A name of our declarations as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
