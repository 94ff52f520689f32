"""One engine for all laws of a module."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.cases.stand import CaseEngine
from core.indicators.value import Measured
from core.shares.days import ShareSpan
from tests.plugins.laws import Facts, Measure, MeasureOne, measuring


@pytest.fixture(scope="module")
def measured_together() -> Iterator[Measure]:
    """Measure indicators of one rows function, in one go."""
    with CaseEngine() as engine:
        yield measuring(engine)


@pytest.fixture(scope="module")
def measured(measured_together: Measure) -> MeasureOne:
    """Measure one indicator of a few rows, written as in a case."""

    def run(code: str, facts: Facts, shares: list[ShareSpan], **own: Any) -> Measured:
        return measured_together(code, facts=facts, shares=shares, **own)[0]

    return run
