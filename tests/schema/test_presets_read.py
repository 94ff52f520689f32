"""Presets over GraphQL: whoever reads schemes reads them, and saveScheme takes their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.plugins.store import enable
from core.schemes.presets import preset
from tests.schema.changing import change, made
from tests.schema.unseen import unseen

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, House, Town

PRESETS = """query($first: Int, $after: String) { presets(first: $first, after: $after) {
  totalCount nodes { code label(locale: "en") zh: label(locale: "zh-CN") description(locale: "zh-CN") body }
  pageInfo { hasNextPage endCursor } } }"""
DRY = change("saveScheme", "version { version } advice { code message }")
FAMILIES = ("deposits", "intermediate_income", "loans", "risk", "satisfaction")


async def test_presets_come_by_code_in_both_languages_page_by_page(here: Town) -> None:
    asker = here.asks("scheme_designer")
    first = (await asker(PRESETS, first=1))["data"]["presets"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    city = preset("city_bank_100")
    assert first["nodes"] == [
        {
            "code": "city_bank_100",
            "label": city.labels.en,
            "zh": city.labels.zh,
            "description": city.description.zh,
            "body": city.text,
        }
    ]
    rest = (await asker(PRESETS, after=first["pageInfo"]["endCursor"]))["data"]["presets"]
    assert [node["code"] for node in rest["nodes"]] == ["contribution_1000"]
    assert rest["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize("person", ["nobody", "data_steward"])
async def test_who_may_not_read_schemes_reads_no_presets(here: Town, person: str) -> None:
    unseen(await here.asks(person)("{ presets { nodes { code body } } }"), "Query.presets")


async def test_a_preset_s_text_can_be_saved_as_it_stands(build_town: BuildTown, house: House) -> None:
    here = await build_town("PRESETS")
    async with here.open() as session:
        for family in FAMILIES:
            await enable(session, house.host, family)
    asker = here.asks("scheme_designer")
    for code in ("city_bank_100", "contribution_1000"):
        text = preset(code).text
        answer = await asker(DRY, input={"body": text, "dryRun": True})
        assert made(answer) == {"version": None, "advice": []}
    unweighted = text.replace("role: deposit_stock, ", "")
    answer = await asker(DRY, input={"body": unweighted, "dryRun": True})
    assert made(answer) == {
        "version": None,
        "advice": [{"code": "WEIGHTS_NOT_100", "message": "the weights of the lines with a role do not come to 100"}],
    }
