"""Case files in a folder of the test's own, run with every built-in indicator."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.cases.case import Report
from core.cases.run import run_cases
from core.indicators.indicator import Indicator
from plugins.deposits.indicators import INDICATORS

RunText = Callable[[str], Report]


@pytest.fixture
def indicators() -> Mapping[str, Indicator]:
    """What the deposits plugin offers, by code."""
    return {indicator.code: indicator for indicator in INDICATORS}


@pytest.fixture
def run_text(tmp_path: Path, indicators: Mapping[str, Indicator]) -> RunText:
    """Run the cases of one file with this text."""

    def run(text: str) -> Report:
        file = tmp_path / "cases.yaml"
        file.write_text(text, encoding="utf-8")
        return run_cases([file], indicators)

    return run
