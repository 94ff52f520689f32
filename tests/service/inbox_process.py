"""Takes a bank's inbox in, in a process of its own that dies at a chosen point: `python inbox_process.py BANK POINT`.

It dies by SIGKILL in the middle of the system calls it would make there; settings come from the environment.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.arrivals.inbox import Inbox
from core.facts.store import FactStore
from service.commands.desk import find_bank
from service.house import open_house
from service.inbox import InboxWatch
from service.queue import Queue
from service.settings import Settings
from service.worker import Worker
from service.works import works_of

POINT = sys.argv[2]
LEASE_SECONDS = 1.0


def at(point: str) -> None:
    if point == POINT:
        os.kill(os.getpid(), signal.SIGKILL)


class DyingInbox(Inbox):
    """Dies where files are moved."""

    def take(self, bank: str, name: str, slot: str) -> None:
        at("before the file is taken")
        super().take(bank, name, slot)
        at("before the arrival is committed")

    def taken(self, bank: str, slot: str, name: str) -> Path:
        at("before the file is read")
        return super().taken(bank, slot, name)

    def settle(self, bank: str, slot: str, where: str, number: int, reports: Mapping[str, bytes | Path]) -> None:
        at("before the file is moved")
        super().settle(bank, slot, where, number, reports)
        at("before the end is committed")


class DyingStore(FactStore):
    """Dies where facts are kept."""

    def keep(self, bank: str, temporary: Path, kind: str = ".parquet") -> tuple[str, int]:
        kept = super().keep(bank, temporary, kind)
        at("before the delivery is committed")
        return kept


async def work(code: str) -> None:
    async with open_house(Settings()) as opened:
        house = replace(opened, inbox=DyingInbox(opened.inbox.root), store=DyingStore(opened.store.root))
        bank = await find_bank(house, code)
        watch = InboxWatch(house)
        await watch.look_at(bank)
        await watch.look_at(bank)
        await Worker(Queue(house.engine, LEASE_SECONDS), works_of(house)).drain(bank)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
