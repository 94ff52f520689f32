"""What every installed plugin must keep, ours and strangers'. Add a plugin, and it is tested here."""

import ast
import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import pytest

from core.facts.catalogue import STANDARD
from core.facts.fact_table import FactTable
from core.indicators.attribution import ROWS
from core.indicators.bound_facts import _TYPES
from core.indicators.indicator import Derived, Indicator
from core.periods import Period
from core.plugins.host import Host
from core.plugins.parameters import in_force

HOST = Host.installed()
INDICATORS = [indicator for plugin in HOST.plugins.values() for indicator in plugin.indicators]
TABLES: dict[str, FactTable] = {t.name: t for t in STANDARD} | {
    table.name: table for plugin in HOST.plugins.values() for table in plugin.fact_tables
}
QUARTER = Period.parse("2026-Q3")
BALANCES = {
    "account": "string", "customer": "string", "kind": "string", "category": "string", "first": "date",
    "until": "date", "balance": "int64",
}  # fmt: skip


class Asked:
    """Facts without rows that remember what was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def table(self, name: str, period: Period) -> Any:
        self.names.add(name)
        table = TABLES[name]
        schema = BALANCES if name == "balances" else {column.name: _TYPES[column.type] for column in table.columns}
        return ibis.memtable([], schema=ibis.schema(schema))

    def balance_days(self, period: Period) -> Any:
        return self.table("balances", period)


def parameters_of(indicator: Indicator) -> Mapping[str, Any]:
    """What is in force where a scheme sets nothing."""
    return in_force([indicator], {}, QUARTER, 2).get(indicator.plugin, {})


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_rows_have_the_promised_columns_and_types(indicator: Indicator) -> None:
    if indicator.rows is None:
        assert isinstance(indicator.fold, Derived)
        return
    schema = indicator.rows(Asked(), QUARTER, parameters_of(indicator)).select(*ROWS).schema()
    assert {name: str(kind) for name, kind in schema.items()} == {
        "customer": "string", "manager": "string", "ref": "string", "first": "date", "until": "date",
        "numerator": "decimal(38, 0)", "denominator": "decimal(38, 0)",
    }  # fmt: skip


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_an_indicator_needs_what_it_reads(indicator: Indicator) -> None:
    facts = Asked()
    if indicator.rows is not None:
        indicator.rows(facts, QUARTER, parameters_of(indicator))
    assert facts.names == set(indicator.needs)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda i: i.code)
def test_an_indicator_is_labelled_in_both_languages(indicator: Indicator) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", indicator.code)
    for words in (indicator.labels, indicator.description):
        assert words.en.isascii() or "÷" in words.en or "×" in words.en
        assert words.en
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
    assert indicator.no_rows is None or re.fullmatch(r"[a-z_]+", indicator.no_rows)


@pytest.mark.parametrize("code", HOST.plugins)
def test_a_plugin_imports_nothing_of_the_product_but_core_plugin(code: str) -> None:
    folder = Path(inspect.getfile(HOST.plugins[code].module)).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.split(".")[0] in ("core", "tenants", "schema")
            ):
                assert node.module == "core.plugin", f"{path.name}: {node.module}"
