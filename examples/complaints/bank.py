"""The bank itself: one head office, every state a manager and his one customer."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from core.banks.table import BankRow
from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.managers.staff import NewManager, add_managers
from core.numbers import PPM
from core.session import Bank, BankSession
from core.shares.store import NewShare, add_shares
from core.targets.store import NewTarget
from examples.complaints.source import NO_STATE, Source
from examples.delivering import Post, deliver_missing
from examples.founding import HEAD_OFFICE, SINCE, registered_bank, unfurnished, write_scheme
from service.house import House

HERE = Path(__file__).parent
SHEET = HERE / "scheme.yaml"
SCHEME = "complaints"
RECEIVED = "satisfaction.complaints_received"
ON_TIME = "satisfaction.complaints_handled_on_time"


async def load(house: House, source: Source) -> Bank:
    """The bank of this folder's content, loaded if it is not. What was delivered is not delivered again."""
    bank = await registered_bank(house, _row(f"complaints-{source.digest[:12]}"))

    def written(folder: Path) -> Path:
        path = folder / "complaints.csv"
        source.write(path)
        return path

    post = Post("complaints", written, HERE / "complaints.yaml", source.newest_day)
    await deliver_missing(house, bank, [post], lambda: _furnish(house, bank, source))
    return bank


def _row(code: str) -> BankRow:
    return BankRow(
        code=code,
        name="A large US bank (consumer complaints)",
        name_zh="美国某大型银行（消费者投诉）",
        currency="USD",
        digits=2,
        time_zone="America/New_York",
        issuer=f"urn:meritgraph:bank:{code}",
    )


async def _furnish(house: House, bank: Bank, source: Source) -> None:
    async with unfurnished(house, bank, ["satisfaction"]) as session:
        if session is not None:
            await _add_states(session, source.states)
            await write_scheme(house, session, SHEET.read_text(encoding="utf-8"))


async def _add_states(session: BankSession, states: Sequence[str]) -> None:
    await add_branches(session, [NewBranch(HEAD_OFFICE, None, "head_office", "Head office", "总行")])
    managers = [NewManager(state, state, HEAD_OFFICE, position="manager", level="", first=SINCE) for state in states]
    await add_managers(session, managers)
    names = [(state, f"Customers in {state}") for state in states]
    await add_customers(session, [*names, (NO_STATE, "Customers who named no state")])
    await add_shares(session, [NewShare(state, state, PPM, SINCE) for state in states])


def targets_of(source: Source) -> list[NewTarget]:
    """The bank set none: every complaint in time, of every state."""
    return [NewTarget(state, ON_TIME, Decimal(100)) for state in source.states]
