"""Parameters: dated values of a plugin's own file, what a scheme sets in their place, what is refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError, PluginError
from core.indicators.indicator import Direction, Indicator, Labels, Parameter, Sum, Unit
from core.periods import Period
from core.plugins.host import Host
from core.plugins.parameters import in_force, read_parameters

FILE = """
floor:
  description: {en: Least balance that counts, zh: 起算余额}
  unit: money
  at_least: 0
  values:
    - {since: 2020-01-01, value: "50000.5", source: the manual of 2020}
    - {since: 2026-07-01, value: 80000, source: the manual of 2026}
follows:
  description: {en: Whom it follows, zh: 划转}
  unit: choice
  choices: [customer, manager]
  values: [{since: 2020-01-01, value: customer, source: custom}]
"""


def parameters(folder: Path, text: str = FILE) -> Any:
    (folder / "parameters.yaml").write_text(text, encoding="utf-8")
    return read_parameters(str(folder / "plugin.py"))


def reading(*parameters: Parameter) -> Indicator:
    labels = Labels("x", "某")
    return Indicator(
        "a.x", labels, Unit.MONEY, Direction.HIGHER_IS_BETTER, Sum(), rows=None, parameters=tuple(parameters)
    )


@pytest.mark.parametrize(
    ("period", "fen"),
    [
        ("2026-Q2", 5_000_050),  # until 30 June the manual of 2020
        ("2026-07", 8_000_000),  # from 1 July that of 2026
        ("2026", 8_000_000),  # what holds on the period's last day holds for all of it
        ("2020-01", 5_000_050),
    ],
)
def test_the_value_of_the_periods_last_day_counts(tmp_path: Path, period: str, fen: int) -> None:
    known = parameters(tmp_path)
    found = in_force([reading(*known.values())], {}, Period.parse(period), digits=2)
    assert found == {"a": {"floor": fen, "follows": "customer"}}


def test_what_a_scheme_sets_takes_its_place(tmp_path: Path) -> None:
    known = parameters(tmp_path)
    set_ = {"a": {"floor": "1.25", "follows": "manager"}, "b": {"floor": "3"}}
    found = in_force([reading(*known.values())], set_, Period.parse("2026"), digits=2)
    assert found == {"a": {"floor": 125, "follows": "manager"}}


def test_an_indicator_gets_what_it_names_and_no_more(tmp_path: Path) -> None:
    known = parameters(tmp_path)
    assert in_force([reading(known["follows"])], {}, Period.parse("2026"), 2) == {"a": {"follows": "customer"}}
    assert in_force([reading()], {}, Period.parse("2026"), 2) == {}


def test_a_period_before_the_first_value_needs_the_schemes_own(tmp_path: Path) -> None:
    floor = parameters(tmp_path)["floor"]
    with pytest.raises(InputError, match=r"a\.floor has no value on 2019-12-31") as refused:
        in_force([reading(floor)], {}, Period.parse("2019"), 2)
    assert refused.value.code == "PARAMETER_NOT_IN_FORCE"
    assert in_force([reading(floor)], {"a": {"floor": "1"}}, Period.parse("2019"), 2) == {"a": {"floor": 100}}


@pytest.mark.parametrize(
    ("unit", "value", "handed"),
    [
        ("percent", '"12.5"', Decimal("12.5")),
        ("percent", "3", Decimal(3)),
        ("score", '"0.5"', Decimal("0.5")),
        ("days", "360", 360),
        ("count", "0", 0),
        ("codes", "[b, a, b]", ("a", "b")),
        ("money", '"0.0001"', 1),
    ],
)
def test_a_unit_says_as_what_a_value_is_handed_over(tmp_path: Path, unit: str, value: str, handed: Any) -> None:
    dated = f"{{since: 2020-01-01, value: {value}, source: s}}"
    text = f"p: {{description: {{en: x, zh: 某}}, unit: {unit}, values: [{dated}]}}"
    found = in_force([reading(parameters(tmp_path, text)["p"])], {}, Period.parse("2026"), digits=4)
    assert found == {"a": {"p": handed}}
    assert type(found["a"]["p"]) is type(handed)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("unit: money", "unit: yuan"),
        ("at_least: 0", "at_least: '0'"),
        ("at_least: 0", "at_most: 9"),
        ('"50000.5"', "50000.5"),  # a binary fraction
        ('"50000.5"', '"50000.00001"'),
        ('"50000.5"', '"-1"'),
        ("value: 80000", "value: true"),
        ("2026-07-01", "2020-01-01"),  # two values of one day
        ("2026-07-01", "2019-07-01"),  # not in order
        ("2026-07-01", "soon"),
        ("source: custom", "source: ''"),
        (", source: custom", ""),
        ("zh: 划转", "fr: suit"),
        ("value: customer", "value: bank"),
        ("  choices: [customer, manager]\n", ""),
        ("values: [{since: 2020-01-01, value: customer, source: custom}]", "values: []"),
        ("  unit: choice\n", ""),
        (FILE, "[]"),
        (FILE, "{{"),
    ],
)
def test_a_file_that_breaks_the_form_is_refused(tmp_path: Path, written: str, instead: str) -> None:
    assert written in FILE
    with pytest.raises(PluginError, match=r"parameters\.yaml: ") as refused:
        parameters(tmp_path, FILE.replace(written, instead, 1))
    assert refused.value.code == "PLUGIN_INVALID"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"parameters\.yaml"):
        read_parameters(str(tmp_path / "plugin.py"))


@pytest.mark.parametrize("plugin", Host.installed().plugins.values(), ids=lambda plugin: plugin.code)
def test_every_installed_parameter_holds_since_long_ago(plugin: Any) -> None:
    for indicator in plugin.indicators:
        for parameter in indicator.parameters:
            assert parameter.values[0].since <= date(1990, 1, 1), (indicator.code, parameter.name)
