"""Saving a scheme from the command line: the version, and what its designer should look at."""

from typing import TYPE_CHECKING, Any

import typer

from service.commands.desk import acting, at_work, find_bank

if TYPE_CHECKING:
    from core.schemes.advice import Advice
    from service.house import House


def save_body(body: Any, bank: str, person: str, submit: bool) -> None:
    """Save `body` as the next version, submit it if asked to, and say what came of it."""

    async def work(house: "House") -> "tuple[int, tuple[Advice, ...]]":
        from core.plugins.store import catalogue
        from core.schemes.advice import advice_on
        from core.schemes.scheme import read_scheme
        from core.schemes.store import save_scheme, submit_scheme

        async with acting(house, await find_bank(house, bank), person, "scheme:save") as session:
            known = await catalogue(session, house.host)
            version = await save_scheme(session, body, known.indicators, known.point_rules)
            if submit:
                await submit_scheme(session, body["code"], version)
            read = read_scheme(body, known.indicators, known.point_rules, session.bank.digits)
            return version, advice_on(read)

    version, advice = at_work(work)
    told = "and submitted; a second person approves it" if submit else "a draft; submit it for approval"
    typer.echo(f"saved as version {version}, {told}")
    for each in advice:
        typer.echo(f"look at this: {each.words.en} [{each.code}]", err=True)
