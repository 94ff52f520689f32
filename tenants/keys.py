"""The keys that sign local tokens: one private key per bank in a folder here, its public half in the registry."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, import_key
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import NotFound
from tenants.registry import bank_row, check_code, trust_keys

_SECRET_PARTS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


async def ensure_key(owner: AsyncEngine, folder: Path, bank: str) -> None:
    """Make the bank's signing key if this machine has none, and have the registry trust its public half.

    Keys that are trusted already stay trusted. `owner`: an engine of the owning role.
    """
    key = _read(folder, bank) or _make(folder, bank)
    row = await bank_row(owner, bank)
    trusted = list(row.jwks.get("keys", []))
    if key.kid not in {entry.get("kid") for entry in trusted}:
        public = {**key.as_dict(private=False), "use": "sig", "alg": "ES256"}
        await trust_keys(owner, bank, {"keys": [*trusted, public]})


def signing_key(folder: Path, bank: str) -> ECKey:
    """The bank's private key on this machine; NotFound where there is none."""
    key = _read(folder, bank)
    if key is None:
        raise NotFound(f"This machine has no signing key of bank {bank[:50]!r}.", code="KEY_MISSING")
    return key


def public_keys(jwks: Mapping[str, Any]) -> KeySet:
    """The keys of a JWKS that may check signatures: asymmetric, with a key id. A broken entry spoils no other."""
    keys: list[Key] = []
    for entry in jwks.get("keys", []):
        if (
            entry.get("kty") in ("EC", "RSA", "OKP")
            and isinstance(entry.get("kid"), str)
            and entry.get("use", "sig") == "sig"
        ):
            try:
                keys.append(import_key({name: part for name, part in entry.items() if name not in _SECRET_PARTS}))
            except (JoseError, ValueError, KeyError, TypeError):
                continue  # KeyError: a curve nobody knows
    return KeySet(keys)


def _path(folder: Path, bank: str) -> Path:
    return folder / f"{check_code(bank)}.json"


def _read(folder: Path, bank: str) -> ECKey | None:
    try:
        text = _path(folder, bank).read_bytes()
    except FileNotFoundError:
        return None
    return ECKey.import_key(orjson.loads(text))


def _make(folder: Path, bank: str) -> ECKey:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    key = ECKey.generate_key("P-256", auto_kid=True)
    # Written whole under another name and linked: of two makers at once the first wins, and nobody reads half a key.
    handle, name = tempfile.mkstemp(dir=folder)  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps(key.as_dict(private=True)))
        os.link(name, _path(folder, bank))
    except FileExistsError:
        return signing_key(folder, bank)
    finally:
        os.unlink(name)
    return key
