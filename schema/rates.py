"""How much one person and one bank may ask of this process: buckets that empty by asking and fill with time."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from schema.faults import HttpFault
from schema.limit_table import Limits

MOST_BUCKETS = 20_000
"""Of persons who ask at the same time; who has not asked for longest is forgotten, and his bucket was full."""
_MINUTE = 60.0


@dataclass(slots=True)
class Bucket:
    """Holds at most a minute's worth. Whoever finds something in it may take more than there is: he owes the rest."""

    a_minute: float
    left: float
    at: float

    def fill(self, a_minute: float, now: float) -> None:
        """What has come since the last look; `a_minute` may have changed."""
        self.left = min(a_minute, self.left + (now - self.at) * a_minute / _MINUTE)
        self.a_minute, self.at = a_minute, now

    def seconds_until(self, least: float) -> float:
        """How long until it holds `least`; 0: it does."""
        return max(0.0, (least - self.left) * _MINUTE / self.a_minute)


class Rates:
    """One process's buckets: of requests and of cost, of every person and of every bank. `clock`: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._requests: OrderedDict[Hashable, Bucket] = OrderedDict()
        self._costs: OrderedDict[Hashable, Bucket] = OrderedDict()

    def known(self, bank: int, person: str) -> None:
        """HttpFault 429 for who had nothing left when he last asked and has nothing yet: before his rights are read."""
        now = self._clock()
        for buckets, least in ((self._requests, 1.0), (self._costs, 0.0)):
            for key in (bank, (bank, person)):
                if (bucket := buckets.get(key)) is not None:
                    bucket.fill(bucket.a_minute, now)
                    _check(bucket, least)

    def request(self, bank: int, person: str, limits: Limits) -> None:
        """One more request; HttpFault 429 where there is none left, or where cost is owed."""
        of_bank = self._bucket(self._requests, bank, limits.bank_requests_a_minute)
        of_person = self._bucket(self._requests, (bank, person), limits.requests_a_minute)
        for bucket in (of_bank, of_person):
            _check(bucket, 1.0)
        for bucket in (of_bank, of_person):
            bucket.left -= 1
        _check(self._bucket(self._costs, bank, limits.bank_cost_a_minute), 0.0)
        _check(self._bucket(self._costs, (bank, person), limits.cost_a_minute), 0.0)

    def cost(self, bank: int, person: str, limits: Limits, points: int) -> None:
        """An operation's cost, which is taken whole though there be less: the next request waits for it."""
        self._bucket(self._costs, bank, limits.bank_cost_a_minute).left -= points
        self._bucket(self._costs, (bank, person), limits.cost_a_minute).left -= points

    def _bucket(self, buckets: OrderedDict[Hashable, Bucket], key: Hashable, a_minute: int) -> Bucket:
        now = self._clock()
        bucket = buckets.get(key)
        if bucket is None:
            bucket = buckets[key] = Bucket(a_minute, a_minute, now)
            if len(buckets) > MOST_BUCKETS:
                buckets.popitem(last=False)
        else:
            buckets.move_to_end(key)
            bucket.fill(a_minute, now)
        return bucket


def _check(bucket: Bucket, least: float) -> None:
    if bucket.left >= least:
        return
    seconds = max(1, math.ceil(bucket.seconds_until(least)))
    sentence = f"Too much was asked for within a minute: try again in {seconds} s."
    raise HttpFault("RATE_LIMITED", sentence, 429, headers={"Retry-After": str(seconds)})
