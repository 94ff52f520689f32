"""What many wait for is made once, as long as anybody waits."""

import asyncio

import pytest

from schema.sharing import Shared


class Maker:
    """Counts how often it was begun and brought to its end; it ends when it is let go."""

    def __init__(self) -> None:
        self.begun, self.ended, self.go = 0, 0, asyncio.Event()

    async def __call__(self) -> str:
        self.begun += 1
        await self.go.wait()
        self.ended += 1
        return f"text {self.begun}"


async def test_one_making_serves_all_who_ask_for_the_same() -> None:
    shared, make, other = Shared(asyncio.Semaphore(2)), Maker(), Maker()
    waiting = [asyncio.create_task(shared.once("a", make)) for _ in range(100)]
    waiting.append(asyncio.create_task(shared.once("b", other)))
    await asyncio.sleep(0)
    make.go.set()
    other.go.set()
    assert set(await asyncio.gather(*waiting)) == {"text 1"}
    assert await shared.once("a", make) == "text 1"  # who comes later too
    assert (make.begun, other.begun) == (1, 1)


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    shared, make = Shared(asyncio.Semaphore(1)), Maker()
    first, second = (asyncio.create_task(shared.once("a", make)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    make.go.set()
    assert await second == "text 1"


async def test_what_nobody_waits_for_any_more_is_given_up_and_made_anew_for_who_comes() -> None:
    shared, make = Shared(asyncio.Semaphore(1)), Maker()
    waiting = [asyncio.create_task(shared.once("a", make)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(0.01)
    make.go.set()
    assert await shared.once("a", make) == "text 2"
    assert (make.begun, make.ended) == (2, 1)


async def test_a_making_that_failed_is_told_to_all_who_waited_and_tried_again() -> None:
    shared, fails = Shared(asyncio.Semaphore(1)), [True]

    async def make() -> str:
        await asyncio.sleep(0)
        if fails.pop():
            raise LookupError("not there")
        return "there"

    found = await asyncio.gather(*(shared.once("a", make) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [LookupError] * 3
    fails.append(False)
    assert await shared.once("a", make) == "there"


@pytest.mark.parametrize("places", [1, 2, 3])
async def test_no_more_are_made_at_once_than_there_are_places(places: int) -> None:
    shared, makers = Shared(asyncio.Semaphore(places)), [Maker() for _ in range(5)]
    waiting = [asyncio.create_task(shared.once(number, make)) for number, make in enumerate(makers)]
    await asyncio.sleep(0.01)
    assert sum(make.begun for make in makers) == places
    for make in makers:
        make.go.set()
    await asyncio.gather(*waiting)
    assert sum(make.ended for make in makers) == 5
