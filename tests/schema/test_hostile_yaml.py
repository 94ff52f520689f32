"""YAML texts that would keep a server busy are refused while it answers everybody else."""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.plain_yaml import MOST_NODES
from tests.conftest import MakeBank
from tests.schema.changing import refused, sentence
from tests.schema.conftest import House
from tests.schema.delivery_desk import DAY, FEED, SAVE, Desk, furnished

TOO_LONG = "code: [" + "a," * 490_000 + "a]"
TOO_MANY = "code: [" + "a," * 45_000 + "a]"


@pytest.fixture
async def desk(
    owner: AsyncEngine, house: House, client: httpx.AsyncClient, make_bank: MakeBank, tmp_path: Path
) -> Desk:
    return await furnished(owner, house, client, await make_bank("desk"), tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TOO_LONG, "the text is longer than 100000 characters"),
        (TOO_MANY, f"more than {MOST_NODES} values"),
        ("[" * 60_000, "it is nested too deeply"),
    ],
)
@pytest.mark.parametrize("change", ["saveFeed", "importDelivery"])
async def test_a_mapping_that_takes_long_to_read_is_refused_and_stops_nobody(
    desk: Desk, change: str, text: str, told: str, yaml_readers: list[threading.Thread]
) -> None:
    (desk.folder / "b.csv").write_text("x")
    body: dict[str, Any]
    if change == "saveFeed":
        body = await desk.steward(SAVE, input=FEED | {"mapping": text})
    else:
        body = await desk.imports(file="b.csv", mapping=text, businessDay=DAY)
    found = refused(body)
    assert (found["__typename"], found["reason"]) == ("InvalidInput", "MAPPING_INVALID")
    [problem] = found["problems"]
    assert told in problem["message"]
    assert told in sentence(body)
    assert len(yaml_readers) == (0 if text is TOO_LONG else 1)  # what is too long is not even looked at
    assert threading.main_thread() not in yaml_readers


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda file: file.write_text("[" * 60_000), "nested too deeply"),
        (lambda file: file.symlink_to("/etc/hostname"), "It is a link; links are never followed"),
    ],
)
async def test_a_control_file_that_cannot_be_read_is_refused_in_a_sentence_of_ours(
    desk: Desk, make: Any, told: str
) -> None:
    (desk.folder / "b.csv").write_text("x")
    make(desk.folder / "b.csv.control.yaml")
    body = await desk.imports(file="b.csv", businessDay=DAY)
    assert refused(body)["reason"] == "CONTROL_INVALID"
    assert sentence(body).startswith("The control file: ")
    assert told in sentence(body)
    assert "recursion" not in sentence(body)
    assert await desk.rows("SELECT 1 FROM bank.arrivals") == []


async def test_a_feeds_faults_are_told_in_the_names_of_the_api(desk: Desk) -> None:
    wrong = {"code": "No Code", "labelEn": "", "dueDays": 367, "since": "1899-12-31"}
    body = await desk.steward(SAVE, input=FEED | wrong)
    assert refused(body)["reason"] == "FEED_INVALID"
    problems = {one["path"]: one["message"] for one in refused(body)["problems"]}
    assert set(problems) == {"code", "labelEn", "dueDays", "since"}
    assert problems["dueDays"] == "write 366 or less"
    assert "dueDays: write 366 or less" in sentence(body)
    assert "Input should" not in sentence(body)
    body = await desk.steward(SAVE, input=FEED | {"files": "fees.csv"})
    [problem] = refused(body)["problems"]
    assert problem["path"] == "files"
