"""What the demonstration banks agreed with their systems: which files are expected, and by when.

Days are over, or never come: what is late or missing is so whenever the demonstration is looked at.
"""

from datetime import date, timedelta

from core.feeds.definition import FeedDefinition, FeedLabels
from core.feeds.feed import Every
from core.feeds.store import save_feed
from core.plugins.host import Catalogue
from core.session import BankSession
from service.demo.files import mapping_body
from service.demo.plan import LAST_DAY
from service.demo.stories import LATE, MISSING

NEXT_DAY = LAST_DAY + timedelta(days=1)
FEEDS: dict[str, tuple[tuple[str, str, str, str, str, Every, int, date, date | None], ...]] = {
    "north": (
        # feed, fact, shape, English, Chinese, every, due days, since, until
        ("balances", "balances", "snapshot", "Closing balances", "日终余额", Every.DAY, 1, NEXT_DAY, NEXT_DAY),
        ("fees", "fees", "", "Fees", "中间业务收入", Every.NEVER, 1, date(2025, 7, 1), None),
        ("loans", "loans", "", "List of loans", "借据清单", Every.NEVER, 1, date(2025, 7, 1), None),
        ("reviews", MISSING[0], "", "Reviews by audit", "内控评价", Every.QUARTER, 10, MISSING[1], MISSING[1]),
        ("surveys", LATE[0], "", "Surveys of the call centre", "满意度调查", Every.QUARTER, 5, LATE[1], LATE[1]),
    ),
    "harbour": (("balances", "balances", "", "Transactions", "交易流水", Every.NEVER, 1, date(2025, 7, 1), None),),
}


async def agree_on_feeds(session: BankSession, known: Catalogue) -> None:
    """Write the bank's feeds."""
    for feed, fact, shape, en, zh, every, due_days, since, until in FEEDS[session.bank.code]:
        ending = "parquet" if shape == "snapshot" else "csv"
        wanted = FeedDefinition(
            feed=feed,
            labels=FeedLabels(en=en, zh=zh),
            files=f"{fact}{'-' + shape if shape else ''}-{{day:%Y%m%d}}.{ending}",
            every=every,
            due_days=due_days,
            since=since,
            until=until,
            mapping=mapping_body(session.bank.code, fact, shape),
        )
        await save_feed(session, known.deliverables, wanted)
