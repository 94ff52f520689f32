"""docs/cases.md: its cases hold as they stand there, and its table knows every rule."""

import re
from collections.abc import Mapping
from pathlib import Path

from core.cases.measured import MEASURED
from core.cases.run import run_cases
from core.cases.scoring import SCORING
from core.indicators.indicator import Indicator

PAGE = (Path(__file__).parents[3] / "docs" / "cases.md").read_text(encoding="utf-8")


def test_the_cases_of_the_page_pass(tmp_path: Path, indicators: Mapping[str, Indicator]) -> None:
    one, scheme, sheet = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "city.yaml").write_text(scheme, encoding="utf-8")
    files = [tmp_path / "one.yaml", tmp_path / "sheet.yaml"]
    for file, text in zip(files, (one, sheet), strict=True):
        file.write_text(text, encoding="utf-8")
    assert run_cases(files, indicators).lines == ["2 passed, 0 failed"]


def test_the_page_lists_every_rule() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted([*SCORING, *MEASURED, "scorecard"])
