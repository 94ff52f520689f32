"""A bank's files as its own systems would write them: the mapping read backwards."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from core.facts.fact_table import Column, ColumnType, FactTable
from core.facts.mapping import DeliveryMapping, Source, parse_mapping

MAPPINGS = Path(__file__).parent / "mappings"


def mapping_file(bank: str, fact: str) -> Path:
    """The mapping this bank's files of a fact table are read with."""
    return MAPPINGS / bank / f"{fact}.yaml"


def load_mapping(bank: str, fact: str) -> DeliveryMapping:
    """That mapping, read."""
    return parse_mapping(mapping_file(bank, fact).read_text(encoding="utf-8"))


def write_file(path: Path, table: FactTable, mapping: DeliveryMapping, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of text (days as 2026-09-30, in the order of the table's columns) so that the mapping reads them."""
    sources = {column: mapping.columns.get(column.name) for column in table.columns}
    header: list[str] = []
    for source in sources.values():
        header += _headings(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=mapping.csv.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=mapping.csv.delimiter)
        writer.writerow(header)
        for row in rows:
            cells: list[str] = []
            for (column, source), text in zip(sources.items(), row, strict=True):
                cells += _cells(column, source, text, mapping)
            writer.writerow(cells)


def _headings(source: Source | None) -> list[str]:
    if source is None or source.column is None:
        return []
    return [source.column, source.negative.column] if source.negative else [source.column]


def _cells(column: Column, source: Source | None, text: str, mapping: DeliveryMapping) -> list[str]:
    if source is None:
        return []
    if text and column.type is ColumnType.DAY:
        text = date.fromisoformat(text).strftime((source.format or mapping.dates)[0])
    if text and source.codes:
        text = {ours: theirs for theirs, ours in source.codes.items()}[text]
    if column.type is ColumnType.MONEY and mapping.csv.thousands:
        text = _grouped(text, mapping.csv.thousands)
    if source.negative and source.positive:
        side = source.negative if text.startswith("-") else source.positive
        return [text.removeprefix("-"), side.codes[0]]
    return [text]


def _grouped(text: str, mark: str) -> str:
    whole, point, part = text.partition(".")
    return f"{int(whole):,}".replace(",", mark) + point + part if whole not in ("", "-0") else text
