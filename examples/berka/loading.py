"""Loading the bank, once: what people decide into PostgreSQL, what systems reported through deliveries."""

from pathlib import Path

from core.session import Bank
from examples.berka.bank import bank_row, furnish
from examples.berka.closing import write_changes
from examples.berka.source import Source
from examples.delivering import Post, deliver_missing
from examples.founding import registered_bank
from service.house import House


async def load(house: House, source: Source) -> Bank:
    """The bank of this folder's content, loaded if it is not. What was delivered is not delivered again."""
    bank = await registered_bank(house, bank_row(source))
    await deliver_missing(house, bank, posts_of(source), lambda: furnish(house, bank, source))
    return bank


def posts_of(source: Source) -> list[Post]:
    """What is delivered, in order: balances refer to accounts."""
    here = Path(__file__).parent

    def changes(folder: Path) -> Path:
        path = folder / "changes.csv"
        write_changes(source, path)
        return path

    def plain(fact: str, name: str) -> Post:
        return Post(fact, lambda folder: source.path(name), here / f"{fact}.yaml", source.newest_day(name))

    balances = Post("balances", changes, here / "balances.yaml", source.newest_day("trans.asc"))
    return [plain("accounts", "account.asc"), balances, plain("fees", "trans.asc"), plain("loans", "loan.asc")]
