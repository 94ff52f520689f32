"""Case files in a folder of the test's own, run with every installed indicator."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.cases.case import Report
from core.cases.run import run_cases
from core.indicators.indicator import Indicator
from core.plugins.host import Host

RunText = Callable[[str], Report]


@pytest.fixture(scope="session")
def indicators() -> Mapping[str, Indicator]:
    """All installed indicators, by code."""
    host = Host.installed()
    return host.catalogue(host.plugins).indicators


@pytest.fixture
def run_text(tmp_path: Path, indicators: Mapping[str, Indicator]) -> RunText:
    """Run the cases of one file with this text."""

    def run(text: str) -> Report:
        file = tmp_path / "cases.yaml"
        file.write_text(text, encoding="utf-8")
        return run_cases([file], indicators)

    return run
