"""docs/cases.md: its cases hold as they stand there, and its table knows every rule."""

import re
from collections.abc import Mapping
from pathlib import Path

from core.cases.measured import MEASURED
from core.cases.run import run_cases
from core.cases.scoring import SCORING
from core.facts.fact_table import FactTable
from core.indicators.indicator import Indicator

PAGE = (Path(__file__).parents[3] / "docs" / "cases.md").read_text(encoding="utf-8")


def test_the_cases_of_the_page_pass(
    tmp_path: Path, indicators: Mapping[str, Indicator], tables: Mapping[str, FactTable]
) -> None:
    one, measured, scheme, sheet = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "city.yaml").write_text(scheme, encoding="utf-8")
    files = [tmp_path / name for name in ("one.yaml", "measured.yaml", "sheet.yaml")]
    for file, text in zip(files, (one, measured, sheet), strict=True):
        file.write_text(text, encoding="utf-8")
    assert run_cases(files, indicators, tables).lines == ["3 passed, 0 failed"]


def test_the_page_lists_every_rule() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted([*SCORING, *MEASURED, "scorecard"])
