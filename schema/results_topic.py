"""The run that counts of one scheme and period: what leaderboards and changed scorecards are about."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from core.codes import is_code
from core.errors import NotFound
from core.notices import RESULTS, Notice
from core.periods import Period
from core.runs.newest import newest_run
from core.runs.store import RunRead
from core.session import Bank, BankSession
from schema.context import Context

SchemeCode = Annotated[str, strawberry.argument(description="The bank's code of the scheme.")]
OfPeriod = Annotated[Period, strawberry.argument(description="The period that was assessed.")]
Published = Annotated[
    bool,
    strawberry.argument(
        description="Only what is the bank's word: the publication in force. Otherwise the run completed last counts, "
        "published or not."
    ),
]


@dataclass(frozen=True)
class ResultsTopic:
    """Of which run the results count."""

    bank: Bank
    scheme: str
    period: str
    published: bool

    def concerns(self, notice: Notice) -> bool:
        """Any completion or publication: which scheme and period it is of, only the bank's wall tells."""
        return notice.channel == RESULTS

    async def read(self, session: BankSession) -> RunRead | None:
        """None: there is none yet."""
        return await newest_run(session, self.scheme, self.period, published=self.published)


async def results_topic(context: Context, scheme: str, period: Period, published: bool) -> ResultsTopic:
    """The topic; NotFound for a scheme the bank does not have."""
    if not is_code(scheme) or await context.loaders.schemes.load(scheme) is None:
        raise NotFound("There is no such scheme.")
    return ResultsTopic(context.bank, scheme, str(period), published)
