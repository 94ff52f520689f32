"""Building the demonstration's banks side by side: when one fails, none goes on behind a house that closes."""

import asyncio

import pytest

from service.demo.build import _all_or_none


async def test_a_bank_that_fails_ends_the_other_before_its_error_goes_on() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        await begun.wait()
        raise ValueError("no disk")

    async def goes_on() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(ValueError, match="no disk"):
        await _all_or_none([goes_on(), fails()])
    assert ended.is_set()
