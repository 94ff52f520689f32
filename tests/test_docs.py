"""What the pages show works as it stands there."""

import re
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import ibis
import pyarrow as pa
import pytest
import yaml

from core.periods import Period
from core.plugins.host import Host
from core.schemes.scheme import read_scheme

HOUSE = Path(__file__).resolve().parents[1]
PAGES = [HOUSE / "README.md", *sorted((HOUSE / "docs").glob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    """The fenced examples of a page in that language, in order."""
    text = (HOUSE / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def visits() -> ModuleType:
    """The plugin that docs/plugins.md shows."""
    module = ModuleType("visits")
    exec(compile(blocks("docs/plugins.md", "python")[0], "docs/plugins.md", "exec"), module.__dict__)
    return module


def test_the_plugin_of_the_page_can_be_enabled(visits: ModuleType) -> None:
    catalogue = Host({"visits": (visits, "1")}).catalogue(["visits"])
    assert list(catalogue.indicators) == ["visits.made"]
    assert catalogue.fact_tables["visits"].names == ("visit", "customer", "day")


def test_the_plugin_of_the_page_counts_visits(visits: ModuleType) -> None:
    class Delivered:
        def table(self, name: str, period: Period) -> Any:
            day = date(2026, 7, 3)
            visits = pa.table({"visit": ["v1", "v2"], "customer": ["c1", "c1"], "day": [day, day]})
            return {"visits": ibis.memtable(visits)}[name]

    rows = visits.made_rows(Delivered(), Period.parse("2026-Q3"), {})
    counted = ibis.duckdb.connect().to_pyarrow(rows.order_by("ref")).to_pylist()
    assert [(row["customer"], row["ref"], int(row["numerator"])) for row in counted] == [
        ("c1", "v1", 1),
        ("c1", "v2", 1),
    ]
    assert {(row["first"], row["until"]) for row in counted} == {(date(2026, 7, 3), date(2026, 7, 4))}


def test_the_schemes_of_the_page_can_be_run() -> None:
    host = Host.installed()
    catalogue = host.catalogue(host.plugins)
    whole, grades = (yaml.safe_load(text) for text in blocks("docs/schemes.md", "yaml"))
    scheme = read_scheme(whole | grades, catalogue.indicators, catalogue.point_rules, 2)
    assert next(line.indicator for _, line in scheme.lines) == "deposits.daily_average"
    assert [(band.grade, band.multiple_e2) for band in scheme.bands] == [("A", 250), ("B", 150), ("C", 100)]
    assert scheme.pool_minor == 500_000_00


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert broken == []
