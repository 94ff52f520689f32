"""The worker's part in arrivals: files from the inbox folders and from uploads."""

from dataclasses import dataclass

from core.arrivals import perform as arrivals
from core.arrivals.perform import Means
from core.errors import MeritgraphError
from core.session import Bank
from service.house import House
from service.queue import Lease
from tenants.callers import today_in


@dataclass(frozen=True)
class ArrivalWork:
    """Files that came in (到达文件)."""

    house: House

    async def perform(self, bank: Bank, subject: str, lease: Lease) -> None:
        """Take the file in as who handed it in; a bad one ends as refused."""
        means = self._means()
        arrival = await arrivals.load(self.house.door.opener(bank, "system"), int(subject))
        opener = self.house.door.opener(bank, arrival.arrived_by)
        await arrivals.perform(opener, means, arrival, today=today_in(bank), lease=lease)

    async def abandon(self, bank: Bank, subject: str, lease: Lease, error: MeritgraphError) -> None:
        """The file goes to refused/, with the reason, and is not tried again."""
        opener = self.house.door.opener(bank, "system")
        arrival = await arrivals.load(opener, int(subject))
        if arrival.finished_at is None:
            await arrivals.decide(opener, arrival, error, lease)
            await arrivals.finish(opener, self._means(), arrival.number, lease)
        async with opener() as session:
            await lease.fail(session, error.code)

    def _means(self) -> Means:
        return Means(self.house.host, self.house.store, self.house.inbox, self.house.settings.engine_memory)
