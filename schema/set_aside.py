"""GET /deliveries/{number}/set-aside: the rows of a delivery that were set aside, as a CSV file to correct."""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from core.facts.read import set_aside_of
from core.facts.store import FactStore
from core.indicators.workshop import aside
from schema.faults import HttpFault
from schema.reception import Reception
from schema.responses import fault_reply

NOT_FOUND = "There are no such rows."


class SetAsideRows:
    """Bearer token and delivery.rows:read. Missing, another bank's, and none set aside: the same 404."""

    def __init__(self, reception: Reception, store: FactStore) -> None:
        self._reception = reception
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        response: Response
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except Exception as error:
            response = fault_reply(request, error)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            raise HttpFault("BAD_REQUEST", "Use GET.", 405, headers={"Allow": "GET, HEAD"})
        proof = await self._reception.proof(request.headers.get("authorization", ""))
        text = request.path_params["number"]
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
        async with self._reception.context(proof, request) as context:
            decision = context.caller.decide("delivery.rows:read")
            if not decision.allowed:
                raise HttpFault("FORBIDDEN", decision.reason, 403)
            async with context.transactions.read() as session:
                sha256 = await set_aside_of(session, number)
        path = None if sha256 is None else self._store.path(proof.bank.code, sha256, ".csv")
        if path is None or not await aside(path.is_file):
            raise HttpFault("NOT_FOUND", NOT_FOUND, 404)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Vary": "Authorization"}
        name = f"delivery-{number}-set-aside.csv"
        return FileResponse(path, 200, headers, "text/csv; charset=utf-8", filename=name)
