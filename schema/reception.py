"""Who comes in: the token first, the person next, and only then is anything of the request understood."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import HTTPConnection

from core.errors import Unauthenticated
from core.plugins.store import catalogue as read_catalogue
from schema.context import Context, Works
from schema.faults import unauthenticated
from schema.kept import KeptAnswers
from schema.language import accepted_language
from schema.rates import Rates
from schema.transactions import GuardedOpener, IsOutage, Transactions, outages
from tenants.binding import Door
from tenants.callers import load_caller
from tenants.issuers import Issuers
from tenants.proofs import Proof
from tenants.tokens import verify_token

log = logging.getLogger("meritgraph.graphql")


class Reception:
    """Lets requests in. `is_outage` tells a database that is away from every other fault."""

    def __init__(self, engine: AsyncEngine, door: Door, works: Works, is_outage: IsOutage) -> None:
        self._issuers = Issuers(engine)
        self._door = door
        self._works = works
        self._is_outage = is_outage

    @property
    def kept(self) -> KeptAnswers:
        """Answers that cannot change."""
        return self._works.kept

    @property
    def rates(self) -> Rates:
        """What is left to everybody."""
        return self._works.rates

    async def proof(self, authorization: str) -> Proof:
        """The verified token of an Authorization header ("Bearer …"); HttpFault 401 without one."""
        try:
            scheme, _, token = authorization.strip().partition(" ")
            if scheme.lower() != "bearer" or not token.strip():
                raise Unauthenticated("Send a token: Authorization: Bearer …", code="TOKEN_MISSING")
            with outages(self._is_outage):
                return await verify_token(token.strip(), self._issuers)
        except Unauthenticated as error:
            log.info("refused: %s %s", error.code, error.fields.get("cause", ""))
            raise unauthenticated(error) from error

    def spare(self, proof: Proof) -> None:
        """HttpFault 429 for who has used up what he may ask for: before anything is read for him."""
        self._works.rates.known(proof.bank.id, proof.person)

    @asynccontextmanager
    async def context(self, proof: Proof, request: HTTPConnection) -> AsyncIterator[Context]:
        """The request's context while it is answered; HttpFault 401 for a person who may not log in."""
        opener = GuardedOpener(self._door.opener(proof.bank, proof.person), self._is_outage)
        transactions = Transactions(opener)
        context: Context | None = None
        try:
            async with transactions.read() as session:
                catalogue = await read_catalogue(session, self._works.host)
                try:
                    caller = await load_caller(session, catalogue)
                except Unauthenticated as error:
                    raise unauthenticated(error) from error
            language = accepted_language(request.headers.get("accept-language", ""))
            context = Context(caller, self._works, catalogue, transactions, language)
            yield context
        except asyncio.CancelledError:
            (context.transactions if context else transactions).abandon()
            raise
        finally:
            await (context.transactions if context else transactions).close()
