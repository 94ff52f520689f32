"""Case files in a folder of the test's own, run with every installed indicator."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.cases.case import Report
from core.cases.run import run_cases
from core.facts.fact_table import FactTable
from core.indicators.indicator import Indicator
from core.plugins.host import Host

RunText = Callable[[str], Report]


@pytest.fixture(scope="session")
def indicators() -> Mapping[str, Indicator]:
    """All installed indicators, by code."""
    host = Host.installed()
    return host.catalogue(host.plugins).indicators


@pytest.fixture(scope="session")
def tables() -> Mapping[str, FactTable]:
    """All fact tables, by name."""
    host = Host.installed()
    return host.catalogue(host.plugins).fact_tables


@pytest.fixture
def run_text(tmp_path: Path, indicators: Mapping[str, Indicator], tables: Mapping[str, FactTable]) -> RunText:
    """Run the cases of one file with this text."""

    def run(text: str) -> Report:
        file = tmp_path / "cases.yaml"
        file.write_text(text, encoding="utf-8")
        return run_cases([file], indicators, tables)

    return run
