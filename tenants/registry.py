"""The register of banks (schema `platform`): who they are and who vouches for their people."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.banks.table import BankRow
from core.codes import is_code
from core.errors import Conflict, InputError, NotFound
from core.session import Bank

_CODE_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def bank_of(row: BankRow) -> Bank:
    """The core's bank of a registry row."""
    if row.id is None:
        raise ValueError("a bank without an id is not stored")
    return Bank(row.id, row.code, row.name, row.name_zh, row.currency, row.digits, row.time_zone)


def check_code(code: str) -> str:
    """A bank's code is a folder's name too: lower case letters, digits, - and _, 1 to 40. BANK_CODE_INVALID."""
    if not 1 <= len(code) <= 40 or not set(code) <= _CODE_CHARACTERS or not code[0].isalnum():
        raise InputError(
            f"{code[:50]!r} cannot be a bank's code: use 1 to 40 of a-z, 0-9, - and _.", code="BANK_CODE_INVALID"
        )
    return code


async def banks(engine: AsyncEngine) -> list[BankRow]:
    """Every bank, by code."""
    async with AsyncSession(engine) as session:
        return list((await session.exec(select(BankRow).order_by(BankRow.code))).all())


async def bank_row(engine: AsyncEngine, code: str) -> BankRow:
    """The bank of that code; NotFound."""
    async with AsyncSession(engine) as session:
        row = (await session.exec(select(BankRow).where(BankRow.code == code))).one_or_none()
    if row is None:
        raise NotFound(f"There is no bank {code[:50]!r}. `meritgraph bank list` shows them.")
    return row


async def bank_row_of_issuer(engine: AsyncEngine, issuer: str) -> BankRow | None:
    """The bank whose people this token issuer vouches for, if any."""
    async with AsyncSession(engine) as session:
        return (await session.exec(select(BankRow).where(BankRow.issuer == issuer))).one_or_none()


async def register_bank(owner: AsyncEngine, row: BankRow) -> Bank:
    """Add a bank. `owner`: an engine of the owning role, for the application's may not. Conflict: code taken.

    ISSUER_INVALID for an issuer that no token could name.
    """
    check_code(row.code)
    if not is_code(row.issuer):
        raise InputError("An issuer is 1 to 200 printable characters.", code="ISSUER_INVALID")
    async with AsyncSession(owner, expire_on_commit=False) as session:
        taken = (await session.exec(select(BankRow).where(BankRow.code == row.code))).one_or_none()
        if taken is not None:
            raise Conflict(f"Bank {row.code} exists already.", code="BANK_EXISTS")
        session.add(row)
        await session.commit()
    return bank_of(row)


async def trust_keys(owner: AsyncEngine, code: str, jwks: dict[str, Any]) -> None:
    """Replace the public keys (JWKS) that may sign tokens of a bank's people."""
    async with AsyncSession(owner) as session:
        row = (await session.exec(select(BankRow).where(BankRow.code == code))).one()
        row.jwks = jwks
        session.add(row)
        await session.commit()
