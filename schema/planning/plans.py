"""Plans that were made: one bound for all schemas of the process together."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from schema.planning.plan import Plan

MOST = 2_000


class Plans:
    """By schema, document, operation and what @skip and @include decide; the least lately used are forgotten."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._plans: OrderedDict[Hashable, Plan | None] = OrderedDict()
        self._schemas = 0

    def __len__(self) -> int:
        return len(self._plans)

    def new_schema(self) -> int:
        """A number for a schema, never given twice: what was planned for one that is gone is found by none."""
        self._schemas += 1
        return self._schemas

    def find(self, key: Hashable, make: Callable[[], Plan | None]) -> Plan | None:
        """The plan, made when first asked for. None: graphql-core answers."""
        if key in self._plans:
            self._plans.move_to_end(key)
            return self._plans[key]
        plan = self._plans[key] = make()
        if len(self._plans) > self._most:
            self._plans.popitem(last=False)
        return plan
