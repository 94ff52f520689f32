"""The scheme behind the invented results: twelve lines of the reference bank's."""

from pathlib import Path

import yaml

from core.plugins.host import Host
from core.plugins.store import catalogue
from core.schemes.store import approve_scheme, save_scheme, submit_scheme
from core.session import BankSession

SCHEME, LINES = "reference", 12


async def add_scheme(session: BankSession, host: Host) -> tuple[str, ...]:
    """Approved by a second person; the codes of its indicators in the order of the lines."""
    offered = await catalogue(session, host)
    body = yaml.safe_load((Path(__file__).parents[1] / "scheme.yaml").read_text(encoding="utf-8"))
    scored = [line["indicator"] for section in body["sections"] for line in section["lines"]]
    body["measures"] = body["measures"][: LINES - len(scored)]
    async with session.acting_as("designer") as designer:
        version = await save_scheme(designer, body, offered.indicators, offered.point_rules)
        await submit_scheme(designer, SCHEME, version)
    async with session.acting_as("approver") as approver:
        await approve_scheme(approver, SCHEME, version)
    return (*scored, *body["measures"])
