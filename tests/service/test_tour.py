"""docs/tour.md, walked from top to bottom on the real demonstration: every answer it shows is what comes back."""

import json
import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from service.app import create_app
from service.commands.token import make_token
from service.house import House, open_house
from service.settings import Settings
from tests.schema.wire import Port, serving
from tests.service.tour import PAGE, Step, matches, questions, steps


@dataclass
class Counter:
    """Where questions are asked: over HTTP, subscriptions over WebSocket."""

    house: House
    client: httpx.AsyncClient
    port: Port

    async def ask(self, text: str, person: str) -> Any:
        """The whole answer, without `extensions`; of a subscription its first message."""
        token = await make_token(self.house, "north", person)
        if "\nsubscription" in f"\n{text}":
            async with self.port.open() as wire:
                await wire.greet(token)
                await wire.say(type="subscribe", id="1", payload={"query": text})
                heard = (await wire.hear())["payload"]
                return {"data": heard["data"]} | ({"errors": heard["errors"]} if "errors" in heard else {})
        headers = {"Authorization": f"Bearer {token}"}
        answer = (await self.client.post("/graphql", json={"query": text}, headers=headers)).json()
        return {name: answer[name] for name in ("data", "errors") if name in answer}


@pytest.fixture
async def counter(settings: Settings, demo: Any) -> AsyncIterator[Counter]:
    """The application on the demonstration's banks."""
    async with (
        open_house(settings) as house,
        serving(create_app(house)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port.number}", timeout=60) as client,
    ):
        yield Counter(house, client, port)


def test_every_question_of_the_page_shows_its_answer() -> None:
    assert len(steps()) == questions() > 15
    assert all(step.person for step in steps() if step.language == "graphql")


async def test_every_answer_of_the_page_is_what_comes_back(counter: Counter, cli: Any) -> None:
    wrong = []
    for step in steps():
        got: Any
        if step.language == "sh":
            got = _run(cli, step)
            if not matches(step.answer.strip(), got):
                wrong.append(f"{step.text}\n{got}")
        else:
            got = await counter.ask(step.text, step.person)
            if not matches(json.loads(step.answer), got):
                wrong.append(f"{step.text}\n{json.dumps(got, ensure_ascii=False, indent=1)}")
    assert not wrong, "\n\n".join([f"{PAGE.name}: {len(wrong)} answers differ", *wrong])


def _run(cli: Any, step: Step) -> str:
    program, *words = shlex.split(step.text)
    assert program == ".venv/bin/meritgraph"
    done = cli(*words)
    return "\n".join(line.rstrip() for line in (done.out + done.err).strip().splitlines())
