"""What a case expects is compared exactly, and nothing that cannot be run passes."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from core.cases.case import Report
from core.cases.run import run_cases
from core.indicators.indicator import Indicator

RunText = Callable[[str], Report]

GRADE = """
- name: {name}
  rule: grade_bands
  given: {{points: "1000"}}
  expect: {expect}
"""


def failure(report: Report) -> str:
    """The one failure's line."""
    assert (report.passed, len(report.failures)) == (0, 1)
    assert report.lines[-1] == "0 passed, 1 failed"
    return report.lines[0]


def test_a_case_that_holds_passes(run_text: RunText) -> None:
    report = run_text(GRADE.format(name="right", expect='{grade: B2, multiple: "2.50"}'))
    assert report.lines == ["1 passed, 0 failed"]


@pytest.mark.parametrize(
    "expect",
    [
        '{grade: B1, multiple: "2.50"}',
        '{grade: B2, multiple: "2.5"}',
        "{grade: B2, multiple: 2.50}",
        "{grade: B2}",
        '{grade: B2, multiple: "2.50", note: null}',
        "{}",
        "{error: SHARE_OUT_OF_RANGE}",
    ],
)
def test_anything_but_the_exact_answer_fails(run_text: RunText, expect: str) -> None:
    line = failure(run_text(GRADE.format(name="wrong", expect=expect)))
    assert line.startswith("FAILED ")
    assert "cases.yaml: wrong: expected {" in line
    assert line.endswith('got {"grade":"B2","multiple":"2.50"}')


def test_true_is_not_one(run_text: RunText) -> None:
    given = '{pool: 1, points: {a: "1"}}'
    text = f"- {{name: n, rule: pool_by_points, given: {given}, expect: {{pay: {{a: %s}}, undistributed: 0}}}}"
    assert run_text(text % "1").passed == 1
    assert run_text(text % "true").passed == 0
    assert run_text(text % '"1"').passed == 0


def test_a_failure_is_one_line_whatever_the_case_is_called(run_text: RunText) -> None:
    report = run_text(GRADE.format(name='"two\\nlines"', expect="{}"))
    assert len(report.lines) == 2
    assert "two lines" in report.lines[0]
    assert "\n" not in report.lines[0]


@pytest.mark.parametrize(
    ("rule", "formula"), [("team_and_individual", "F10"), ("clear_price", "F15"), ("pay_law", "F25")]
)
def test_a_rule_not_built_yet_fails(run_text: RunText, rule: str, formula: str) -> None:
    line = failure(run_text(f"- {{name: later, rule: {rule}, given: {{}}, expect: {{points: '1'}}}}"))
    assert line.endswith(f"rule not built: {formula}")


def test_a_rule_nobody_knows_fails(run_text: RunText) -> None:
    line = failure(run_text("- {name: n, rule: points_by_luck, given: {}, expect: {}}"))
    assert line.endswith("no such rule: points_by_luck")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ('{base: 15.5, target: "300", actual: "1"}', "given.base must be a decimal in quotes, not 15.5"),
        ('{base: "1e1", target: "300", actual: "1"}', "given.base is no plain decimal: '1e1'"),
        ('{base: true, target: "300", actual: "1"}', "given.base must be a decimal in quotes, not True"),
        ('{target: "300", actual: "1"}', "given.base is needed"),
        ('{base: "15", target: "300", actaul: "1"}', "given does not know actaul"),
        ('{base: "15", target: "300", actual: "1", cap_multiple: "-2"}', "given.cap_multiple"),
    ],
)
def test_a_case_that_gives_the_wrong_things_fails_and_says_what(run_text: RunText, given: str, why: str) -> None:
    line = failure(run_text(f'- {{name: n, rule: points_proportional, given: {given}, expect: {{points: "0.0500"}}}}'))
    assert "an invalid case: " in line
    assert why in line


def test_an_invalid_case_never_passes_as_an_expected_error(run_text: RunText) -> None:
    text = "- {name: n, rule: points_proportional, given: {base: 1.5}, expect: {error: CASE_INVALID}}"
    assert "an invalid case" in failure(run_text(text))


def test_a_line_may_set_its_cap_or_leave_it_at_two(run_text: RunText) -> None:
    given = '{base: "10", target: "1", actual: "9"%s}'
    case = f"- {{name: n, rule: points_proportional, given: {given}, expect: {{points: '%s'}}}}"
    assert run_text(case % ("", "20.0000")).passed == 1
    assert run_text(case % (', cap_multiple: "1.5"', "15.0000")).passed == 1


@pytest.mark.parametrize(
    ("points", "pay"),
    [
        ('{m10: "0.00001", m9: "0.00001", m2: "0.00001"}', "{m10: 34, m2: 33, m9: 33}"),
        ('{a: "1", b: "0.5", c: "-7"}', "{a: 67, b: 33, c: 0}"),  # 66 2/3 and 33 1/3
    ],
)
def test_points_of_any_precision_share_a_pool(run_text: RunText, points: str, pay: str) -> None:
    given, expect = f"{{pool: 100, points: {points}}}", f"{{pay: {pay}, undistributed: 0}}"
    assert run_text(f"- {{name: n, rule: pool_by_points, given: {given}, expect: {expect}}}").passed == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- name: [", "ParserError"),
        ("", "a YAML list of cases"),
        ("name: n", "a YAML list of cases"),
        ("- 7", "case 1: expected a case with name, rule, given and expect, got int"),
        ("- {name: n, rule: grade_bands, given: {}}", "case 1 (n): expected a case"),
        ("- {name: n, rule: grade_bands, given: {}, expect: {}, note: x}", "also note"),
        ('- {name: n, rule: grade_bands, given: {points: "1", points: "2"}, expect: {}}', "a key stands twice"),
        ("- {name: n, rule: grade_bands, given: {1: a, 0x1: b}, expect: {}}", "a key stands twice"),
        ("- ? [a, b]\n  : 1", "a key is not one plain text"),
        ("- ? {a: b}\n  : 1", "a key is not one plain text"),
        ("- {<<: {name: n}}", "a key is not one plain text"),
        ("- {name: n, rule: grade_bands, given: {}, expect: &e {x: *e}}", "anchors (&) and aliases (*)"),
        ("- &once {name: n}", "anchors (&) and aliases (*)"),
        ("- *nowhere", "anchors (&) and aliases (*)"),
        ("- !!int ''", "IndexError"),  # PyYAML's own
        ("- !!bool perhaps", "KeyError"),
        ("[" * 5000, "RecursionError"),
    ],
)
def test_a_file_that_is_no_list_of_cases_fails_with_its_place(run_text: RunText, text: str, why: str) -> None:
    assert why in failure(run_text(text))


def test_a_malformed_case_does_not_hide_the_others(run_text: RunText) -> None:
    report = run_text("- 7\n" + GRADE.format(name="right", expect='{grade: B2, multiple: "2.50"}'))
    assert report.lines[-1] == "1 passed, 1 failed"


def test_bytes_that_are_no_text_fail(tmp_path: Path, indicators: Mapping[str, Indicator]) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"- name: caf\xe9")
    assert "UnicodeDecodeError" in failure(run_cases([tmp_path], indicators))


BOMB = "- &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"- &{chr(ord(name) + 1)} [{', '.join([f'*{name}'] * 9)}]\n" for name in "abcdefgh"
)


@pytest.mark.parametrize(
    "unusual",
    [
        "- ? [a, b]\n  : 1",
        "- {name: n, rule: grade_bands, given: {}, expect: &e {x: *e}}",
        BOMB,
        "- {name: n, rule: grade_bands, given: {}, expect: {x: %s}}" % ("[" * 280 + "]" * 280),
        '- {name: n, rule: grade_bands, given: {}, expect: {x: "\\ud800"}}',
        '- {name: "\\ud800", rule: grade_bands, given: {}, expect: {}}',
        f"- {{name: n, rule: grade_bands, given: {{}}, expect: {{x: {10**30}}}}}",
        f"- {{name: n, rule: grade_bands, given: {{}}, expect: {{x: 0x{'f' * 9000}}}}}",
    ],
)
def test_an_unusual_file_does_not_hide_the_others(
    tmp_path: Path, indicators: Mapping[str, Indicator], unusual: str
) -> None:
    good = GRADE.format(name="right", expect='{grade: B2, multiple: "2.50"}')
    for name, text in {"a.yaml": good, "b.yaml": unusual, "c.yaml": good}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = run_cases([tmp_path], indicators)
    assert report.lines[-1] == "2 passed, 1 failed"
    assert report.lines[0].startswith(f"FAILED {tmp_path / 'b.yaml'}: ")
    assert all(line.isprintable() for line in report.lines)
    "\n".join(report.lines).encode("utf-8")


def test_a_pool_beyond_64_bits_is_compared_like_any_other(run_text: RunText) -> None:
    given, expect = f"{{pool: {10**20}, points: {{a: '1'}}}}", f"{{pay: {{a: {10**20}}}, undistributed: 0}}"
    case = "- {name: n, rule: pool_by_points, given: %s, expect: %s}"
    assert run_text(case % (given, expect)).lines == ["1 passed, 0 failed"]
    assert str(10**20) in failure(run_text(case % (given, "{pay: {}}")))


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Path]:
    """A pipe with text in it, if anybody should open it."""
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)

    def write() -> None:
        with suppress(BrokenPipeError):
            path.write_text("{}")

    writer = Thread(target=write, daemon=True)
    writer.start()
    yield path
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    writer.join(5)


def test_a_pipe_is_not_waited_on(tmp_path: Path, pipe: Path, indicators: Mapping[str, Indicator]) -> None:
    assert "nothing there" in failure(run_cases([pipe], indicators))
    case = tmp_path / "case.yml"
    case.write_text("[{name: n, rule: scorecard, given: {scheme: pipe.yaml, managers: {}}, expect: {}}]")
    assert "given.scheme cannot be read: OSError: not a plain file" in failure(run_cases([tmp_path], indicators))


def test_a_path_that_no_file_can_have_is_a_failure(indicators: Mapping[str, Indicator]) -> None:
    assert "File name too long" in failure(run_cases([Path("n" * 300)], indicators))


def test_nothing_to_run_is_a_failure(tmp_path: Path, indicators: Mapping[str, Indicator]) -> None:
    assert "nothing there" in failure(run_cases([tmp_path], indicators))
    assert "nothing there" in failure(run_cases([tmp_path / "missing.yaml"], indicators))


def test_folders_are_searched_to_the_bottom(tmp_path: Path, indicators: Mapping[str, Indicator]) -> None:
    text = GRADE.format(name="n", expect='{grade: B2, multiple: "2.50"}')
    for name in ("a/b/c/one.yaml", "a/two.yml", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert run_cases([tmp_path], indicators).lines == ["2 passed, 0 failed"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{scheme: ../secret.yaml, managers: {}}", "must be the name of a file beside the case"),
        ("{scheme: missing.yaml, managers: {}}", "given.scheme cannot be read"),
        ("{scheme: {code: x}, managers: {m1: {values: {}}}}", "SCHEME_INVALID"),
        ("{scheme: s, digits: 9, managers: {}}", "given.digits must be 0 to 4"),
    ],
)
def test_a_sheet_that_cannot_be_scored_fails_with_its_reason(
    tmp_path: Path, indicators: Mapping[str, Indicator], given: str, said: str
) -> None:
    (tmp_path / "case.yaml").write_text(f"[{{name: sheet, rule: scorecard, given: {given}, expect: {{}}}}]")
    report = run_cases([tmp_path], indicators)
    assert report.passed == 0
    assert said in report.lines[0]
