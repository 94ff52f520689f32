"""The bank itself: 8 regions as branches under one head office, 77 districts as managers, accounts as customers."""

from pathlib import Path

from core.banks.table import BankRow
from core.branches.tree import NewBranch, add_branches
from core.customers.store import add_customers
from core.managers.staff import NewManager, add_managers
from core.numbers import PPM
from core.session import Bank, BankSession
from core.shares.store import NewShare, add_shares
from examples.berka.source import Source
from examples.founding import HEAD_OFFICE, SINCE, unfurnished, write_scheme
from service.house import House

PLUGINS = ("deposits", "intermediate_income", "loans", "risk")
SCHEME = "berka"
SHEET = Path(__file__).parent / "scheme.yaml"


def bank_row(source: Source) -> BankRow:
    """The bank of this content. The content's hash is in its code: another content is another bank."""
    code = f"berka-{source.digest[:12]}"
    return BankRow(
        code=code,
        name="A Czech bank (PKDD'99)",
        name_zh="捷克某银行（PKDD'99）",
        currency="CZK",
        digits=2,
        time_zone="Europe/Prague",
        issuer=f"urn:meritgraph:bank:{code}",
    )


async def furnish(house: House, bank: Bank, source: Source) -> None:
    """Everything that people decide: plugins, branches, managers, customers, shares, the scheme. All of it, once."""
    async with unfurnished(house, bank, PLUGINS) as session:
        if session is not None:
            await _add_people_and_shares(session, source)
            await write_scheme(house, session, SHEET.read_text(encoding="utf-8"))


async def _add_people_and_shares(session: BankSession, source: Source) -> None:
    regions = sorted({district.region for district in source.districts})
    root = NewBranch(HEAD_OFFICE, None, "head_office", "Head office", "总行")
    await add_branches(session, [root, *(NewBranch(name, HEAD_OFFICE, "branch", name, name) for name in regions)])
    await add_managers(session, [_manager(d.code, d.name, d.region) for d in source.districts])
    await add_customers(session, [(account.code, f"Account {account.code}") for account in source.accounts])
    await add_shares(session, [NewShare(account.code, account.district, PPM, SINCE) for account in source.accounts])


def _manager(district: str, name: str, region: str) -> NewManager:
    return NewManager(district, name, region, position="manager", level="", first=SINCE)
