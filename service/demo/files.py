"""A bank's files as its own systems would write them: the mapping read backwards; as text, gzip or Parquet."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from core.facts.fact_table import Column, ColumnType, FactTable
from core.facts.mapping import DeliveryMapping, Source, parse_mapping

MAPPINGS = Path(__file__).parent / "mappings"


def mapping_body(bank: str, fact: str, shape: str = "") -> dict[str, Any]:
    """The mapping this bank's files of a fact table are read with, as it is written."""
    name = f"{fact}-{shape}" if (MAPPINGS / bank / f"{fact}-{shape}.yaml").exists() else fact
    text = (MAPPINGS / bank / f"{name}.yaml").read_text(encoding="utf-8")
    body: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return body


@cache
def load_mapping(bank: str, fact: str, shape: str = "") -> DeliveryMapping:
    """That mapping, read."""
    return parse_mapping(mapping_body(bank, fact, shape))


def write_file(path: Path, table: FactTable, mapping: DeliveryMapping, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of text (days as 2026-09-30, in the order of the table's columns) so that the mapping reads them.

    The path's ending says in what form.
    """
    sources = [(column, mapping.columns.get(column.name)) for column in table.columns]
    header = [heading for _, source in sources for heading in _headings(source)]
    cells = (_written(sources, row, mapping) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        _write_parquet(path, header, list(cells))
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=mapping.csv.delimiter)
    writer.writerow(header)
    writer.writerows(cells)
    content = text.getvalue().encode(mapping.csv.encoding)
    path.write_bytes(gzip.compress(content, 1, mtime=0) if path.suffix == ".gz" else content)


def _write_parquet(path: Path, header: list[str], rows: list[list[str]]) -> None:
    columns = {name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(header)}
    pq.write_table(pa.table(columns), path)


def _headings(source: Source | None) -> list[str]:
    if source is None or source.column is None:
        return []
    return [source.column, source.negative.column] if source.negative else [source.column]


def _written(
    sources: Sequence[tuple[Column, Source | None]], row: Sequence[str], mapping: DeliveryMapping
) -> list[str]:
    pairs = zip(sources, row, strict=True)
    return [cell for (column, source), text in pairs for cell in _cells(column, source, text, mapping)]


def _cells(column: Column, source: Source | None, text: str, mapping: DeliveryMapping) -> Iterator[str]:
    if source is None:
        return
    if text and column.type is ColumnType.DAY:
        text = _day(text, (source.format or mapping.dates)[0])
    if text and source.codes:
        text = _theirs(source)[text]
    if column.type is ColumnType.MONEY and mapping.csv.thousands:
        text = _grouped(text, mapping.csv.thousands)
    if source.negative and source.positive:
        side = source.negative if text.startswith("-") else source.positive
        yield text.removeprefix("-")
        yield side.codes[0]
    else:
        yield text


@cache
def _day(text: str, form: str) -> str:
    """A day that does not exist is written all the same: some systems do."""
    try:
        return date.fromisoformat(text).strftime(form)
    except ValueError:
        return text.replace("-", "")


def _theirs(source: Source) -> dict[str, str]:
    return {ours: theirs for theirs, ours in (source.codes or {}).items()}


def _grouped(text: str, mark: str) -> str:
    whole, point, part = text.partition(".")
    return f"{int(whole):,}".replace(",", mark) + point + part if whole not in ("", "-0") else text
