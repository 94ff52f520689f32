"""A bank's trusted documents in their table."""

from collections.abc import Sequence
from typing import Any

from core.audit.store import record, told
from core.documents.document import Document, Offered
from core.paging import Listing, Order, SortKey
from core.session import BankSession

AT = SortKey("at", "d.at", "moment")
NAME = SortKey("name", "d.name", "text")
SHA256 = SortKey("sha256", "d.sha256", "text")
BY_NAME = (Order(NAME), Order(SHA256))
_COLUMNS = "d.sha256, d.name, d.registered_by, d.at"

DOCUMENTS = Listing(_COLUMNS, "bank.documents d")
"""All of them; a row of it is made a Document by `document_of`."""


def document_of(row: Any) -> Document:
    """A document of a row with the columns of DOCUMENTS."""
    return Document(row["sha256"], row["name"], row["registered_by"], row["at"])


async def documents(session: BankSession) -> list[Document]:
    """Every document, by name."""
    rows = await session.rows(f'SELECT {_COLUMNS} FROM bank.documents d ORDER BY d.name COLLATE "C", d.sha256')  # noqa: S608
    return [document_of(row) for row in rows]


async def text_of_document(session: BankSession, sha256: str) -> str | None:
    """The text of the registered document of that hash, if there is one."""
    row = await session.row("SELECT text FROM bank.documents WHERE sha256 = $1", sha256)
    return None if row is None else str(row["text"])


async def register(session: BankSession, offered: Sequence[Offered], *, dry_run: bool = False) -> list[str]:
    """Add those that are not registered yet; gives their hashes. `dry_run`: only says which these would be."""
    by_hash = {one.sha256: one for one in offered}
    rows = await session.rows("SELECT sha256 FROM bank.documents WHERE sha256 = ANY($1::text[])", list(by_hash))
    known = {row["sha256"] for row in rows}
    wanted = [one for sha256, one in by_hash.items() if sha256 not in known]
    if dry_run or not wanted:
        return [one.sha256 for one in wanted]
    added = await session.rows(
        """INSERT INTO bank.documents (sha256, text, name, registered_by, at)
           SELECT o.sha256, o.text, o.name, $4, now()
           FROM unnest($1::text[], $2::text[], $3::text[]) AS o(sha256, text, name)
           ON CONFLICT (bank_id, sha256) DO NOTHING RETURNING sha256""",
        [one.sha256 for one in wanted],
        [one.text for one in wanted],
        [one.name for one in wanted],
        session.person,
    )
    hashes = [row["sha256"] for row in added]
    if hashes:
        listed = sorted((sha256, by_hash[sha256].name) for sha256 in hashes)
        await record(session, "document:register", f"{len(hashes)} documents", **told(listed))
    return hashes


async def remove(session: BankSession, hashes: Sequence[str]) -> list[str]:
    """Take these away; gives the hashes of those that were registered."""
    rows = await session.rows(
        "DELETE FROM bank.documents WHERE sha256 = ANY($1::text[]) RETURNING sha256, name", list(hashes)
    )
    removed = sorted((str(row["sha256"]), str(row["name"])) for row in rows)
    if removed:
        await record(session, "document:remove", f"{len(removed)} documents", **told(removed))
    return [sha256 for sha256, _ in removed]
