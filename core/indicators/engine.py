"""One engine session: DuckDB in the process, locked to one bank's folder, behind Ibis."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import operations

from core.errors import Unavailable
from core.facts.engine import quoted


@dataclass(frozen=True, slots=True)
class Step:
    """A name that a session gave to fact files or to an expression, and the statement that gave it.

    `rows`: how many the `files` hold; None of an expression, which stands `over` other names.
    """

    name: str
    sql: str
    rows: int | None = None
    files: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


class Engine:
    """Sees the files of one folder and nothing else of the machine; not for two threads at once."""

    def __init__(self, folder: Path, memory: str, threads: int) -> None:
        """`memory`: DuckDB's limit, "2GB"; what does not fit spills into a folder of its own until `close`."""
        self._spill = Path(tempfile.mkdtemp(prefix="meritgraph-spill-"))
        self.connection: Any = ibis.duckdb.connect()
        self.is_closed = False
        self._steps: dict[str, Step] = {}
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
        sources = ", ".join(_literal(str(path)) for path in paths)
        name = f"files_{rows}_{hashlib.sha256(sources.encode()).hexdigest()[:32]}"
        sql = f"CREATE OR REPLACE VIEW {quoted(name)} AS SELECT * FROM read_parquet([{sources}], union_by_name = true)"  # noqa: S608
        self.repeat([Step(name, sql, rows, tuple(path.name for path in paths))])
        return self.connection.table(name)

    def view(self, name: str, expression: Any) -> Any:
        """Give an expression a name of its own in this session; what is asked of it is computed each time."""
        sql = f"CREATE VIEW {quoted(name)} AS {self.text(expression)}"
        step = Step(name, sql, over=_names(expression))
        if self._steps.get(name) != step:
            self._take(step)
        return self.connection.table(name)

    def steps_behind(self, expression: Any) -> tuple[Step, ...] | None:
        """What another session over the folder must repeat before it understands the expression's `text`, in order.

        What was kept is not among it. None where the expression holds rows or functions of this process.
        """
        if expression.op().find((operations.InMemoryTable, operations.ScalarUDF, operations.AggUDF)):
            return None
        found: dict[str, Step] = {}
        self._collect(_names(expression), found)
        return tuple(found.values())

    def _collect(self, names: Iterable[str], found: dict[str, Step]) -> None:
        for name in names:
            if name in self._steps and name not in found:
                self._collect(self._steps[name].over, found)
                found[name] = self._steps[name]

    def repeat(self, steps: Iterable[Step]) -> None:
        """Do what another session did, where this one has not yet; FACTS_DAMAGED as `files`."""
        for step in steps:
            if step.name not in self._steps:
                self._take(step)

    def _take(self, step: Step) -> None:
        if step.rows is None:
            self.connection.raw_sql(step.sql)
        else:
            self._take_files(step)
        self._steps[step.name] = step

    def _take_files(self, step: Step) -> None:
        try:
            self.connection.raw_sql(step.sql)
            count = f"SELECT count(*) FROM {quoted(step.name)}"  # noqa: S608
            found = self.connection.raw_sql(count).fetchall()[0][0]
        except Exception as error:
            # The engine's own words hold statements and paths of this machine: the cause, never the sentence.
            names = ", ".join(step.files[:3])
            raise Unavailable(f"Fact files cannot be read, among them {names}.", code="FACTS_DAMAGED") from error
        if found != step.rows:
            raise Unavailable(f"Fact files hold {found} rows instead of {step.rows}.", code="FACTS_DAMAGED")

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

    def text(self, expression: Any) -> str:
        """The statement that reads the expression's rows."""
        return str(self.connection.compile(expression))

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """The rows of a statement with parameters ($name), few enough to hold."""
        found = self.connection.con.execute(sql, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def close(self) -> None:
        """Forget everything; also ends a computation under way in another thread."""
        self.is_closed = True
        self.connection.disconnect()
        shutil.rmtree(self._spill, ignore_errors=True)


def _names(expression: Any) -> tuple[str, ...]:
    """Of the tables and views in it."""
    return tuple(sorted({table.name for table in expression.op().find(operations.DatabaseTable)}))


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return "'" + str(value).replace("'", "''") + "'"
