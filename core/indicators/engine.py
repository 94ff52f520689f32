"""One engine session: DuckDB in the process, locked to one bank's folder, behind Ibis."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from core.errors import Unavailable
from core.facts.engine import quoted


class Engine:
    """Sees the files of one folder and nothing else of the machine; not for two threads at once."""

    def __init__(self, folder: Path, memory: str, threads: int) -> None:
        """`memory`: DuckDB's limit, "2GB"; what does not fit spills into a folder of its own until `close`."""
        self._spill = Path(tempfile.mkdtemp(prefix="meritgraph-spill-"))
        self.connection: Any = ibis.duckdb.connect()
        for setting, value in (
            ("memory_limit", memory),
            ("threads", threads),
            ("temp_directory", str(self._spill)),
            ("allowed_directories", [str(folder.resolve())]),
            ("preserve_insertion_order", False),
            ("autoinstall_known_extensions", False),
            ("autoload_known_extensions", False),
            ("enable_external_access", False),
            ("lock_configuration", True),
        ):
            self.connection.raw_sql(f"SET {setting} = {_literal(value)}")

    def files(self, paths: Sequence[Path], rows: int) -> Any:
        """The rows of Parquet files as one Ibis table. FACTS_DAMAGED when they do not hold `rows` rows in all."""
        try:
            table = self.connection.read_parquet([str(path) for path in paths], union_by_name=True)
            found = self.scalar(table.count())
        except Exception as error:
            # The engine's own words hold statements and paths of this machine: the cause, never the sentence.
            names = ", ".join(path.name for path in paths[:3])
            raise Unavailable(f"Fact files cannot be read, among them {names}.", code="FACTS_DAMAGED") from error
        if found != rows:
            raise Unavailable(f"Fact files hold {found} rows instead of {rows}.", code="FACTS_DAMAGED")
        return table

    def keep(self, name: str, expression: Any, coded: Sequence[str] = ()) -> Any:
        """Compute an expression once and keep it for this session.

        `coded`: text columns with few different texts. They take a byte a row instead of sixteen, here and in what is
        kept from here, and stay text to whoever asks.
        """
        source, kept = quoted(f"{name}_source"), quoted(name)
        self.connection.create_view(f"{name}_source", expression)
        casts = []
        for column in map(quoted, coded):
            kind = quoted(f"{name}_{column}")
            texts = f"SELECT DISTINCT {column} FROM {source} WHERE {column} IS NOT NULL ORDER BY ALL"  # noqa: S608
            self.connection.raw_sql(f"CREATE TYPE {kind} AS ENUM ({texts})")
            casts.append(f"{column}::{kind} AS {column}")
        replaced = f"REPLACE ({', '.join(casts)})" if casts else ""
        # Not Ibis's create_table: it declares the columns anew, as plain text.
        self.connection.raw_sql(f"CREATE TEMP TABLE {kept} AS SELECT * {replaced} FROM {source}")  # noqa: S608
        return self.connection.table(name, database=("temp", "main"))

    def read(self, expression: Any) -> pa.Table:
        """The expression's rows."""
        return self.connection.to_pyarrow(expression)

    def scalar(self, expression: Any) -> Any:
        """The one value of a scalar expression. Never `execute()`: that goes through pandas."""
        return self.connection.to_pyarrow(expression).as_py()

    def close(self) -> None:
        """Forget everything; also ends a computation under way in another thread."""
        self.connection.disconnect()
        shutil.rmtree(self._spill, ignore_errors=True)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"
