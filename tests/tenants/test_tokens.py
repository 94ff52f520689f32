"""Tokens: who vouches, for how long, and every way of cheating."""

import base64
import json
import secrets
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from joserfc.jws import JWSRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from core.banks.table import BankRow
from core.errors import InputError, NotFound, Unauthenticated
from tenants.issuers import Issuers
from tenants.keys import ensure_key, signing_key
from tenants.registry import bank_row, register_bank
from tenants.tokens import issue_token, verify_token


@dataclass(frozen=True)
class Vouching:
    """A bank whose key lies in `keys`."""

    row: BankRow
    keys: Path
    key: ECKey


async def _vouching(owner: AsyncEngine, keys: Path) -> Vouching:
    code = f"tokens-{secrets.token_hex(4)}"
    await register_bank(owner, BankRow(code=code, name="B", name_zh="B", currency="CNY", issuer=f"urn:bank:{code}"))
    await ensure_key(owner, keys, code)
    return Vouching(await bank_row(owner, code), keys, signing_key(keys, code))


@pytest.fixture
async def ours(owner: AsyncEngine, tmp_path: Path) -> Vouching:
    return await _vouching(owner, tmp_path / "keys")


@pytest.fixture
async def theirs(owner: AsyncEngine, tmp_path: Path) -> Vouching:
    return await _vouching(owner, tmp_path / "keys")


@pytest.fixture
def issuers(engine: AsyncEngine) -> Issuers:
    return Issuers(engine)


def _made(bank: Vouching, key: ECKey, header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    body = {"iss": bank.row.issuer, "sub": "li", "aud": "meritgraph", "iat": now, "exp": now + 60} | claims
    body = {name: value for name, value in body.items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": bank.key.kid} | (header or {}), body, key, algorithms=["ES256"])


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_token_names_its_bank_and_person(ours: Vouching, theirs: Vouching, issuers: Issuers) -> None:
    for bank in (ours, theirs):
        proof = await verify_token(issue_token(bank.keys, bank.row, "li", 1), issuers)
        assert (proof.bank.code, proof.person) == (bank.row.code, "li")


async def test_an_expired_token_says_so(ours: Vouching, issuers: Issuers) -> None:
    now = int(time.time())
    with pytest.raises(Unauthenticated, match="expired") as refused:
        await verify_token(_made(ours, ours.key, iat=now - 200, exp=now - 100), issuers)
    assert refused.value.code == "TOKEN_EXPIRED"


async def test_whoever_forges_learns_nothing(ours: Vouching, theirs: Vouching, issuers: Issuers) -> None:
    good = _made(ours, ours.key)
    header, claims, signature = good.split(".")
    now = int(time.time())
    body = {"iss": ours.row.issuer, "sub": "li", "aud": "meritgraph", "iat": now, "exp": now + 60}
    public = json.dumps(ours.key.as_dict(private=False)).encode()
    forged = {
        "signed by another bank's key under our key's id": _made(ours, theirs.key),
        "signed by another bank's key under its own id": _made(ours, theirs.key, {"kid": theirs.key.kid}),
        "our key for another bank's people": _made(theirs, ours.key, {"kid": ours.key.kid}),
        "alg none": f"{_part({'alg': 'none', 'kid': ours.key.kid})}.{claims}.",
        "alg none with our signature": f"{_part({'alg': 'none', 'kid': ours.key.kid})}.{claims}.{signature}",
        "HS256 with the public key as secret": jwt.encode(
            {"alg": "HS256", "kid": ours.key.kid}, body, OctKey.import_key(public), algorithms=["HS256"]
        ),
        "another person written in": f"{header}.{_part(body | {'sub': 'boss'})}.{signature}",
        "no key id": jwt.encode({"alg": "ES256"}, body, ours.key, algorithms=["ES256"]),
        "an unknown key id": _made(ours, ours.key, {"kid": "nobody"}),
        "a header that must be understood": f"{_part({'alg': 'ES256', 'kid': ours.key.kid, 'crit': ['x'], 'x': 1})}."
        f"{claims}.{signature}",
        "an unknown issuer": _made(ours, ours.key, iss="https://elsewhere"),
        "an issuer no database keeps": _made(ours, ours.key, iss="\0"),
        "an issuer with a NUL inside": _made(ours, ours.key, iss=f"{ours.row.issuer}\0"),
        "an endless issuer": _made(ours, ours.key, iss="a" * 5000),
        "an issuer that is a list": _made(ours, ours.key, iss=[ours.row.issuer]),
        "for another service": _made(ours, ours.key, aud="elsewhere"),
        "without an end": _made(ours, ours.key, exp=None),
        "with an end in words": _made(ours, ours.key, exp="never"),
        "of nobody": _made(ours, ours.key, sub=None),
        "of a number": _made(ours, ours.key, sub=7),
        "not valid yet": _made(ours, ours.key, nbf=now + 500),
        "issued tomorrow": _made(ours, ours.key, iat=now + 86_400),
        "no token": "a.b.c",
        "half a token": f"{header}.{claims}",
        "nothing": "",
        "not ASCII": "é.b.c",
        "claims that are null": f"{header}.{_part(None)}.{signature}",
        "endless": "a" * 9000,
        "deep": f"{header}.{base64.urlsafe_b64encode(b'[' * 4000).decode().rstrip('=')}.AA",
    }
    crits: tuple[Any, ...] = (1, None, True, [1], [None], [[]], {"x": 1}, "x")
    for crit in crits:
        head = _part({"alg": "ES256", "kid": ours.key.kid, "crit": crit})
        forged[f"to be understood: {crit}"] = f"{head}.{claims}.{signature}"
    for how, token in forged.items():
        with pytest.raises(Unauthenticated) as refused:
            await verify_token(token, issuers)
        assert (refused.value.code, refused.value.message) == ("TOKEN_INVALID", "The token is not valid."), how
    assert (await verify_token(good, issuers)).person == "li"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = ("alg", "kid", "crit", "b64", "typ", "cty", "jwk", "jku", "x5c", "x5t", "enc", "zip")
_CLAIMS = ("iss", "sub", "aud", "exp", "iat", "nbf", "jti")


def _odd(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Known names with any value, and names nobody knows."""
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=8), _json, max_size=4)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    odd_header=_odd(_NAMES) | _json,
    odd_claims=_odd(_CLAIMS) | _json,
    without=st.sets(st.sampled_from(("alg", "kid", "iss", "sub", "aud", "exp", "iat"))),
)
async def test_whatever_a_token_holds_it_is_let_in_or_refused(
    ours: Vouching, issuers: Issuers, odd_header: Any, odd_claims: Any, without: set[str]
) -> None:
    def mixed(good: dict[str, Any], odd: Any) -> Any:
        return {k: v for k, v in good.items() if k not in without} | odd if isinstance(odd, dict) else odd

    now = int(time.time())
    body = {"iss": ours.row.issuer, "sub": "li", "aud": "meritgraph", "iat": now, "exp": now + 60}
    head = f"{_part(mixed({'alg': 'ES256', 'kid': ours.key.kid}, odd_header))}.{_part(mixed(body, odd_claims))}"
    signature = base64.urlsafe_b64encode(JWSRegistry.algorithms["ES256"].sign(head.encode(), ours.key))
    try:
        proof = await verify_token(f"{head}.{signature.rstrip(b'=').decode()}", issuers)
    except Unauthenticated:
        return
    assert proof.bank.code == ours.row.code


async def test_keys_are_readable_by_their_owner_alone_and_made_once(owner: AsyncEngine, ours: Vouching) -> None:
    path = ours.keys / f"{ours.row.code}.json"
    assert stat.S_IMODE(ours.keys.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    await ensure_key(owner, ours.keys, ours.row.code)
    assert signing_key(ours.keys, ours.row.code).kid == ours.key.kid
    published = (await bank_row(owner, ours.row.code)).jwks["keys"]
    assert [key["kid"] for key in published] == [ours.key.kid]
    assert "d" not in published[0]
    assert [file.name for file in ours.keys.iterdir()] == [path.name]


async def test_a_key_made_on_another_machine_is_trusted_beside_the_first(
    owner: AsyncEngine, engine: AsyncEngine, ours: Vouching, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    await ensure_key(owner, elsewhere, ours.row.code)
    for keys in (ours.keys, elsewhere):
        assert (await verify_token(issue_token(keys, ours.row, "li", 1), Issuers(engine))).person == "li"


async def test_a_broken_or_symmetric_published_key_spoils_no_other(
    owner: AsyncEngine, engine: AsyncEngine, ours: Vouching
) -> None:
    from tenants.registry import trust_keys

    bad = [{"kty": "oct", "k": "QUJD", "kid": ours.key.kid}, {"kty": "EC", "crv": "P-999", "kid": "x"}, {"kty": "AKP"}]
    await trust_keys(owner, ours.row.code, {"keys": [*bad, *ours.row.jwks["keys"]]})
    assert (await verify_token(issue_token(ours.keys, ours.row, "li", 1), Issuers(engine))).person == "li"


@pytest.mark.parametrize("issuer", ["", "urn:\0", "urn:" + "a" * 197])
async def test_an_issuer_no_token_could_name_is_not_registered(owner: AsyncEngine, issuer: str) -> None:
    code = f"issuer-{secrets.token_hex(4)}"
    with pytest.raises(InputError) as refused:
        await register_bank(owner, BankRow(code=code, name="B", name_zh="B", currency="CNY", issuer=issuer))
    assert refused.value.code == "ISSUER_INVALID"
    with pytest.raises(NotFound):
        await bank_row(owner, code)


def test_a_machine_without_the_key_makes_no_token(tmp_path: Path) -> None:
    row = BankRow(code="b", name="B", name_zh="B", currency="CNY", issuer="urn:b")
    with pytest.raises(NotFound, match="no signing key"):
        issue_token(tmp_path, row, "li", 1)


@pytest.mark.parametrize("hours", [0, -1, 24 * 366 + 1])
def test_a_token_lives_an_hour_to_a_year(tmp_path: Path, hours: int) -> None:
    row = BankRow(code="b", name="B", name_zh="B", currency="CNY", issuer="urn:b")
    with pytest.raises(InputError):
        issue_token(tmp_path, row, "li", hours)
