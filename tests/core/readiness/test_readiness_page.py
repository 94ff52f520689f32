"""What the page says of readiness and entries is what the code does."""

import re
from datetime import date
from pathlib import Path

from core.entries.entry import check_entry, read_entry
from core.facts.catalogue import STANDARD
from core.plain_yaml import parse_text_yaml
from core.readiness.findings import ALL_CODES

PAGE = (Path(__file__).resolve().parents[3] / "docs/deliveries.md").read_text(encoding="utf-8")


def test_the_page_lists_every_finding_of_the_gate() -> None:
    chapter = PAGE[PAGE.index("## Expected files") : PAGE.index("## Before a run")]
    assert sorted(re.findall(r"^\| `([A-Z_]+)` \|", chapter, re.MULTILINE)) == list(ALL_CODES)


def test_the_entry_of_the_page_can_be_made() -> None:
    [text] = re.findall(r"^```text\n(fact: .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    entry = read_entry(parse_text_yaml(text))
    assert check_entry({table.name: table for table in STANDARD}, entry).name == "fees"
    assert (entry.business_day, entry.rows[0]["amount"]) == (date(2026, 9, 30), "12.50")
