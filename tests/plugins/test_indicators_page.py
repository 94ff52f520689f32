"""docs/indicators.md says of every indicator, parameter and fact table of the built-in families what the code says."""

import re
from pathlib import Path
from typing import Any

import pytest

from core.indicators.indicator import Indicator, Parameter
from core.plugins.host import Host, Plugin
from core.runs.reasons import REASONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8")
PLUGINS = list(Host.installed().plugins.values())


def table(header: str) -> list[list[str]]:
    """The rows of the table whose first header cell is that; none if there is no such table."""
    start = PAGE.find(f"| {header} |")
    if start < 0:
        return []
    lines = PAGE[start:].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


DAYS = {row[0] for row in table("counts on")}


def said_of(indicator: Indicator) -> list[str]:
    name, better = indicator.code.partition(".")[2], indicator.direction.partition("_")[0]
    return [
        name,
        indicator.labels.zh,
        indicator.unit,
        better,
        indicator.no_rows or "zero",
        indicator.formula,
        indicator.description.en,
    ]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.code)
def test_the_page_says_what_every_indicator_is(plugin: Plugin) -> None:
    rows = table(plugin.code)
    assert [[*row[:4], *row[5:]] for row in rows] == [said_of(indicator) for indicator in plugin.indicators]
    assert {row[4] for row in rows} <= DAYS


def own_value(parameter: Parameter) -> list[str]:
    newest = parameter.values[-1]
    value: Any = newest.value
    shown = ", ".join(value) if isinstance(value, list) else str(value)
    return [parameter.name, parameter.unit, shown, newest.since.isoformat(), parameter.description.en]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.code)
def test_the_page_lists_every_parameter(plugin: Plugin) -> None:
    known = {parameter.name: parameter for indicator in plugin.indicators for parameter in indicator.parameters}
    assert table(f"{plugin.code} parameter") == [own_value(known[name]) for name in sorted(known)]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.code)
def test_the_page_lists_every_fact_table_a_plugin_adds(plugin: Plugin) -> None:
    listed = [
        [name, kind, key, re.sub(r" \([^)]*\)", "", columns)]
        for name, kind, key, columns in table(f"{plugin.code} fact")
    ]
    assert listed == [
        [
            fact.name,
            fact.kind,
            ", ".join(fact.key),
            ", ".join(column.name if column.required else f"*{column.name}*" for column in fact.columns),
        ]
        for fact in plugin.fact_tables
    ]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.code)
def test_every_reason_has_words_in_both_languages(plugin: Plugin) -> None:
    assert {indicator.no_rows for indicator in plugin.indicators if indicator.no_rows} <= REASONS.keys()
