"""Staging: only a plain file of readable text and a sane width is looked into at all."""

import os
from pathlib import Path

import pytest

from core.errors import InputError
from core.facts.findings import FindingList
from core.facts.mapping import parse_mapping
from core.facts.staging import stage


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_of_bad_bytes_is_told_far_into_a_file(tmp_path: Path, mark: str, end: str) -> None:
    # 2 bytes of mark, then 300,000 lines: the lone surrogate on line 300,001 is in a later piece.
    content = "\ufeff".encode(mark) + f"12345{end}".encode(mark) * 300_000 + "\ud800x".encode(mark, "surrogatepass")
    (tmp_path / "sent.csv").write_bytes(content)
    findings, csv = FindingList("x"), parse_mapping({"fact": "x", "columns": {"a": "b"}, "csv": {"encoding": "utf-16"}})
    stage(tmp_path / "sent.csv", tmp_path / "copy", csv.csv, findings)
    assert [(one.rule, one.line) for one in findings.kept()] == [("ENCODING_INVALID", 300_001)]


def test_only_a_plain_file_is_a_source(tmp_path: Path) -> None:
    plain, link, pipe = tmp_path / "plain.csv", tmp_path / "link.csv", tmp_path / "pipe"
    plain.write_text("code\na\n")
    link.symlink_to(plain)
    os.mkfifo(pipe)
    for source in (link, tmp_path, pipe, Path("/dev/zero"), tmp_path / "none.csv", tmp_path / "nul\0.csv"):
        with pytest.raises(InputError) as caught:
            stage(source, tmp_path / "copy", parse_mapping({"fact": "x", "columns": {"a": "b"}}).csv, FindingList("x"))
        assert caught.value.code == "FILE_UNREADABLE"
    assert not (tmp_path / "copy").exists()
    with pytest.raises(InputError, match=r"is a link, not a plain file: give the file itself\.$"):
        stage(link, tmp_path / "copy", parse_mapping({"fact": "x", "columns": {"a": "b"}}).csv, FindingList("x"))


def test_too_many_columns_are_refused_before_they_are_read(tmp_path: Path) -> None:
    findings, csv = FindingList("x"), parse_mapping({"fact": "x", "columns": {"a": "b"}}).csv
    for columns, rules in ((2_000, []), (2_001, ["FILE_UNREADABLE"]), (3_000_000, ["FILE_UNREADABLE"])):
        findings = FindingList("x")
        (tmp_path / "wide.csv").write_text(",".join("c" for _ in range(columns)) + "\n1\n")
        stage(tmp_path / "wide.csv", tmp_path / "copy", csv, findings)
        assert list(findings.counts) == rules
