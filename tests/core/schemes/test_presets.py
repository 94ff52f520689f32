"""Presets are schemes that could be run as they are, with every installed family."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest

from core.errors import NotFound
from core.grades.bands import CONTRIBUTION_1000
from core.indicators.indicator import Indicator
from core.plugins.host import Host
from core.points.catalogue import BUILT_IN
from core.points.rule import LineKind
from core.schemes.advice import advice_on
from core.schemes.presets import preset, presets
from core.schemes.scheme import Scheme, read_scheme
from core.schemes.table2 import LINES
from core.schemes.text import parse_scheme


@pytest.fixture(scope="module")
def installed() -> Mapping[str, Indicator]:
    host = Host.installed()
    return host.catalogue(host.plugins).indicators


def scheme_of(code: str, installed: Mapping[str, Indicator]) -> Scheme:
    return read_scheme(preset(code).body(pool="100000"), installed, BUILT_IN, 2)


def section_bases(scheme: Scheme) -> dict[str, Decimal]:
    return {
        section.code: sum((line.base or Decimal(0) for line in section.lines), Decimal(0))
        for section in scheme.sections
        if section.kind is LineKind.BASE
    }


def kinds(scheme: Scheme) -> list[str]:
    return [section.kind.value for section in scheme.sections]


def test_the_presets_are_listed_in_both_languages() -> None:
    assert [known.code for known in presets()] == ["city_bank_100", "contribution_1000"]
    for known in presets():
        words = (known.labels.en, known.labels.zh, known.description.en, known.description.zh)
        assert all(words)
        assert known.body()["labels"] == {"en": known.labels.en, "zh": known.labels.zh}
        assert known.body()["code"] == known.code
        assert parse_scheme(known.text) == known.body()


def test_the_city_bank_s_hundred_points(installed: Mapping[str, Indicator]) -> None:
    scheme = scheme_of("city_bank_100", installed)
    assert section_bases(scheme) == {"liabilities": 50, "assets": 30, "supplementary": 20}
    assert kinds(scheme) == ["base", "base", "base", "bonus", "deduction"]
    assert len(scheme.bands) == 6
    assert (scheme.pay.rule if scheme.pay else None, scheme.pool_minor) == ("pool_by_points", 10_000_000)
    assert advice_on(scheme) == ()


def test_the_thousand_points_of_contribution(installed: Mapping[str, Indicator]) -> None:
    scheme = scheme_of("contribution_1000", installed)
    assert section_bases(scheme) == {"main": 750, "auxiliary": 250}
    assert scheme.bands == CONTRIBUTION_1000
    assert scheme.pay is not None
    assert scheme.pay.rule == "pool_by_grade"
    roles = {line.role for section, line in scheme.lines if section.kind is LineKind.BASE}
    assert None not in roles
    assert {LINES[role][0] for role in roles if role} == {"main", "auxiliary"}
    assert advice_on(scheme) == ()


def test_a_weight_out_of_its_range_is_a_finding_and_no_refusal(installed: Mapping[str, Indicator]) -> None:
    body = preset("contribution_1000").body()
    stock, increment, *_ = body["sections"][0]["lines"]
    stock["base"], increment["base"] = "150", "150"
    found = advice_on(read_scheme(body, installed, BUILT_IN, 2))
    assert [advice.code for advice in found] == ["OUT_OF_RANGE:deposit_stock"]
    assert found[0].words.en == "the weight of deposit_stock is outside 5 to 10 of 100"
    del increment["role"]
    codes = [advice.code for advice in advice_on(read_scheme(body, installed, BUILT_IN, 2))]
    assert codes == ["OUT_OF_RANGE:deposit_stock", "WEIGHTS_NOT_100"]


def test_a_preset_is_saved_under_a_code_and_with_a_pool_of_one_s_own(installed: Mapping[str, Indicator]) -> None:
    body = preset("city_bank_100").body("mine", "12345.67")
    assert read_scheme(body, installed, BUILT_IN, 2).pool_minor == 1_234_567
    assert body["code"] == "mine"
    assert preset("city_bank_100").body()["code"] == "city_bank_100"


def test_a_preset_nobody_ships_is_not_found() -> None:
    with pytest.raises(NotFound, match="city_bank_100, contribution_1000"):
        preset("../index")


def test_every_part_of_a_preset_weighs_what_its_bases_say(installed: Mapping[str, Indicator]) -> None:
    for known in presets():
        scheme = scheme_of(known.code, installed)
        assert sum(map(Fraction, section_bases(scheme).values())) == Fraction(scheme.base_total)
