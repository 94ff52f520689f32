"""`meritgraph bank …`: the register of banks."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.codes import is_code
from core.errors import InputError
from service.commands.desk import OPERATOR, at_work, find_bank, reading
from service.commands.options import AsJson
from service.commands.printing import show

if TYPE_CHECKING:
    from core.banks.table import BankRow
    from service.house import House

app = typer.Typer(help="Register banks and look at them.", no_args_is_help=True, rich_markup_mode="markdown")
COLUMNS = {"code": "Code", "name": "Name", "name_zh": "名称", "currency": "Currency", "time_zone": "Time zone"}
COUNTS = {
    "plugins": "Plugins",
    "branches": "Branches#",
    "managers": "Managers#",
    "customers": "Customers#",
    "deliveries": "Deliveries in force#",
    "runs": "Runs#",
}


@app.command()
def create(
    code: Annotated[str, typer.Argument(help="a-z, 0-9, - and _, at most 40.")],
    name: Annotated[str, typer.Option(help="The bank's name in English.")],
    admin: Annotated[str, typer.Option(metavar="PERSON", help="The first administrator's code.")],
    name_zh: Annotated[str, typer.Option(help="The bank's name in Chinese; default: as in English.")] = "",
    currency: Annotated[str, typer.Option(help="Its currency, three letters.")] = "CNY",
    digits: Annotated[int, typer.Option(min=0, max=4, help="Decimal places of the currency.")] = 2,
    time_zone: Annotated[str, typer.Option(help="Whose days count.")] = "Asia/Shanghai",
    issuer: Annotated[str, typer.Option(help="Who issues its people's tokens; default: this installation.")] = "",
) -> None:
    """Register a bank and its first administrator. Needs the database owner's login.

    Example: `meritgraph bank create north --name "Riverside Commercial Bank" --name-zh 江北商业银行 --admin wang`
    """
    from core.banks.table import BankRow

    _check_zone(time_zone)
    if not is_code(admin):
        raise InputError("A person's code is 1 to 200 printable characters.", code="PERSON_INVALID")
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise InputError(f"{currency[:20]!r} is not a currency: three letters such as CNY.", code="CURRENCY_INVALID")
    row = BankRow(
        code=code,
        name=name,
        name_zh=name_zh or name,
        currency=currency,
        digits=digits,
        time_zone=time_zone,
        issuer=issuer or f"urn:meritgraph:bank:{code}",
    )
    at_work(lambda house: found_bank(house, row, admin))
    typer.echo(f"bank {code} is registered; {admin} administrates it")


def _check_zone(name: str) -> None:
    from zoneinfo import available_timezones

    if name not in available_timezones():
        raise InputError(f"{name[:50]!r} is not a time zone such as Asia/Shanghai.", code="TIME_ZONE_INVALID")


async def found_bank(house: "House", row: "BankRow", admin: str) -> None:
    """Register the bank, its signing key on this machine, its first administrator."""
    from core.people.store import add_person, grant
    from tenants.keys import ensure_key
    from tenants.registry import register_bank

    owner = house.database.owner_engine()
    try:
        bank = await register_bank(owner, row)
        await ensure_key(owner, house.settings.key_folder, bank.code)
    finally:
        await owner.dispose()
    async with house.door.open(bank, OPERATOR) as session:
        await add_person(session, admin)
        await grant(session, admin, "administrator")


@app.command("list")
def list_banks(as_json: AsJson = False) -> None:
    """Every bank. Example: `meritgraph bank list --json`"""

    async def work(house: "House") -> list[dict[str, Any]]:
        from tenants.registry import banks

        return [row.model_dump() for row in await banks(house.engine)]

    show(at_work(work), COLUMNS, as_json=as_json)


@app.command("show")
def show_bank(code: Annotated[str, typer.Argument(help="The bank's code.")], as_json: AsJson = False) -> None:
    """One bank: what it has enabled and how much it holds.

    Deliveries are those in force: refused ones, and those whose place another took, do not count.

    Example: `meritgraph bank show north`
    """

    async def work(house: "House") -> dict[str, Any]:
        from core.plugins.store import enabled

        bank = await find_bank(house, code)
        async with reading(house, bank) as session:
            counted = await session.row(
                """SELECT (SELECT count(*) FROM bank.branches) AS branches,
                          (SELECT count(*) FROM bank.managers) AS managers,
                          (SELECT count(*) FROM bank.customers) AS customers,
                          (SELECT count(*) FROM bank.runs) AS runs,
                          (SELECT count(*) FROM bank.deliveries WHERE status = 'accepted') AS deliveries"""
            )
            return vars(bank) | dict(counted or {}) | {"plugins": await enabled(session)}

    show([at_work(work)], COLUMNS | COUNTS, as_json=as_json)
