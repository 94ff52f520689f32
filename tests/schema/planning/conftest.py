"""A bank with rows in every list, and both ways of answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schema.context import Works
from schema.query import make_schema
from schema.reception import Reception
from schema.watch import Watch
from service.listening import Listener
from service.outage import is_outage
from tests.schema.planning.bank import fill
from tests.schema.planning.both_ways import BothWays

if TYPE_CHECKING:
    from tests.schema.conftest import BuildTown, House, Town


@pytest.fixture(scope="session")
async def busy(build_town: BuildTown, house: House, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The bank that asks; no test here writes to it."""
    town = await build_town("BUSY")
    await fill(town, house, tmp_path_factory.mktemp("busy"))
    return town


@pytest.fixture(scope="session")
def both_ways(house: House) -> BothWays:
    """Answers one document by its plan and by graphql-core."""
    watch = Watch(house.door, house.host, Listener(house.engine.url), is_outage)
    works = Works(house.host, house.store, house.workshop, inbox=house.inbox, watch=watch)
    return BothWays(make_schema(), Reception(house.engine, house.door, works, is_outage))
