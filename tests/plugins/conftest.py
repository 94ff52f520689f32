"""One engine for all laws of a module."""

from collections.abc import Iterator

import pytest

from core.cases.stand import CaseEngine
from tests.plugins.laws import Measure, measuring


@pytest.fixture(scope="module")
def measured_together() -> Iterator[Measure]:
    """Measure indicators of one rows function, in one go."""
    with CaseEngine() as engine:
        yield measuring(engine)
