"""Tokens (JWT): who signs is looked up by issuer, which key by its id; the algorithm is ours, never the header's.

Every refusal is Unauthenticated: TOKEN_EXPIRED when time is all that is wrong, else TOKEN_INVALID with the same
sentence for every cause, so that a forger learns nothing. The cause stands in `fields` for the log.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jws import JWSRegistry, extract_compact

from core.banks.table import BankRow
from core.codes import is_code
from core.errors import InputError, Unauthenticated
from tenants.issuers import Issuers
from tenants.keys import public_keys, signing_key
from tenants.proofs import Proof, Verified
from tenants.registry import bank_of

AUDIENCE = "meritgraph"
LEEWAY = 30
LONGEST = 8192
_LONGEST_STAY = 24 * 366
_ALGORITHMS = ("ES256", "RS256")
# What reading a stranger's bytes ends in: joserfc raises TypeError and KeyError too for parts of the wrong type.
_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, RecursionError)


def issue_token(folder: Path, row: BankRow, person: str, hours: int) -> str:
    """A token of `person` for so many hours, signed with the bank's key on this machine (KEY_MISSING without)."""
    if not 1 <= hours <= _LONGEST_STAY:
        raise InputError(f"A token lives 1 to {_LONGEST_STAY} hours.", code="TOKEN_HOURS")
    key, now = signing_key(folder, row.code), int(time.time())
    claims = {"iss": row.issuer, "sub": person, "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + hours * 3600}
    return jwt.encode({"alg": "ES256", "typ": "JWT", "kid": key.kid}, claims, key, algorithms=["ES256"])


async def verify_token(token: str, issuers: Issuers) -> Proof:
    """The bank and person of a token. The bank is the one whose issuer the token names and whose key signed it."""
    known = issuers.verified.get(token)
    # While nobody has read the registry again, the signature that was good against it still is.
    if known and time.time() < known.proof.expires and await issuers.find(known.issuer, known.key_id) is known.row:
        return known.proof
    header, issuer = _peek(token)
    row = await issuers.find(issuer, header["kid"])
    if row is None:
        raise _invalid("no bank has this issuer")
    claims = _checked(token, header, row)
    person = claims["sub"]
    if not isinstance(person, str):
        raise _invalid("the subject is no text")
    proof = Proof(bank_of(row), person, claims["exp"] + LEEWAY)
    issuers.verified[token] = Verified(issuer, header["kid"], row, proof)
    return proof


class _Registry(JWSRegistry):
    max_header_length = 4096  # a token with a certificate in its header is longer than the library's 512


def _registry() -> JWSRegistry:
    # Headers we do not know are ignored as RFC 7515 says; one that must be understood (`crit`) is refused.
    return _Registry(algorithms=list(_ALGORITHMS), strict_check_header=False)


def _peek(token: str) -> tuple[dict[str, Any], str]:
    """Header and issuer, not verified: only to know whose keys to ask."""
    if len(token) > LONGEST:
        raise _invalid("too long")
    try:
        found = extract_compact(token.encode("ascii"), None, _registry())
        header, claims = found.headers(), orjson.loads(found.payload)
    except _UNREADABLE as error:
        raise _invalid("not a JWT") from error
    # Without a key id the library would take a lone key, whatever it is for.
    if not isinstance(header, dict) or header.get("alg") not in _ALGORITHMS or not isinstance(header.get("kid"), str):
        raise _invalid("algorithm or key id")
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    if not isinstance(issuer, str) or not is_code(issuer):
        raise _invalid("no issuer")
    return header, issuer


def _checked(token: str, header: Mapping[str, Any], row: BankRow) -> Mapping[str, Any]:
    try:
        key = public_keys(row.jwks).get_by_kid(header["kid"], {"alg": header["alg"], "use": "sig"})
        claims = jwt.decode(token, key, registry=_registry()).claims
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": row.issuer},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
    except ExpiredTokenError as error:
        raise Unauthenticated("The token has expired: get a new one.", code="TOKEN_EXPIRED") from error
    except InvalidClaimError as error:
        raise _invalid(f"claim {error.claim}") from error
    except _UNREADABLE as error:
        raise _invalid(type(error).__name__) from error
    return claims


def _invalid(cause: str) -> Unauthenticated:
    return Unauthenticated("The token is not valid.", code="TOKEN_INVALID", cause=cause)
