"""GraphQL over HTTP: one ASGI endpoint. Token first, then the body's bytes, then the person, then its meaning."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.types import ExecutionResult

from core.errors import Forbidden
from schema.context import Context
from schema.deadline import Deadline
from schema.dropping import Body, send_and_drop
from schema.execution import READS, READS_AND_CHANGES, MeritSchema
from schema.faults import bad_request, forbidden
from schema.graphiql import GraphiQL
from schema.import_permission import may_import_at_all
from schema.kept import Kept
from schema.language import accepted_language
from schema.limit_table import Limits
from schema.multipart import is_multipart, read_form
from schema.reception import Reception
from schema.requests import GraphQLRequest, from_body, from_url, read_body
from schema.responses import GRAPHQL, JSON, fault_reply, kept_reply, media_type, result_reply
from schema.uploads import UploadPlaces
from tenants.proofs import Proof

FIRST_SECONDS = 30.0
"""Until it is known who asks, and what his deadline is."""


class GraphQLOverHTTP:
    """POST and GET of one path; GraphiQL for browsers. Not a redirect, not a 500 page of Starlette's, ever."""

    def __init__(self, reception: Reception, schema: MeritSchema, graphiql: GraphiQL, uploads: UploadPlaces) -> None:
        self._reception = reception
        self._schema = schema
        self._graphiql = graphiql
        self._uploads = uploads
        self._kept = reception.kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        body = Body(receive)
        request = Request(scope, body.receive)
        try:
            response = await self._answer(request, body)
        except ClientDisconnect:
            return
        except Exception as error:
            response = fault_reply(request, error)
            if not body.ended and "Connection" in response.headers:
                await send_and_drop(response, scope, body, send)
                return
        await response(scope, body.receive, send)

    async def _answer(self, request: Request, body: Body) -> Response:
        if request.method not in ("GET", "POST"):
            raise bad_request("Use GET or POST.", 405, Allow="GET, POST")
        if _is_browser(request):
            return self._graphiql.page()
        if media_type(request) is None:
            raise bad_request(f"Accept {GRAPHQL} or {JSON}.", 406)
        proof = await self._reception.proof(request.headers.get("authorization", ""))
        self._reception.spare(proof)
        if is_multipart(request):
            return await self._answer_upload(request, proof, body)
        content = await read_body(request) if request.method == "POST" else request.scope["query_string"]
        # By its hash: what a client sends is no measure of what is kept for it.
        asked_for = hashlib.sha256(content).digest()
        question = (request.method, asked_for, accepted_language(request.headers.get("accept-language", "")))
        if (found := self._kept.find(proof, question)) is not None:
            return self._again(request, proof, *found)
        epoch = self._kept.epoch(proof.bank.id)
        async with self._in_time(request, proof, body) as context:
            context.epoch = epoch
            asked = from_body(content) if request.method == "POST" else from_url(request)
            result = await self._execute(asked, context, request.method)
        response = result_reply(request, result, context)
        if epoch is None or context.results is None or response.status_code != 200:
            return response
        etag = self._kept.keep(epoch, context, question, bytes(response.body))
        return response if etag is None else kept_reply(request, etag, bytes(response.body))

    def _again(self, request: Request, proof: Proof, kept: Kept, limits: Limits) -> Response:
        """What was answered before, counted like any answer."""
        rates = self._reception.rates
        rates.request(proof.bank.id, proof.person, limits)
        rates.cost(proof.bank.id, proof.person, limits, kept.cost)
        return kept_reply(request, kept.etag, kept.body)

    async def _answer_upload(self, request: Request, proof: Proof, body: Body) -> Response:
        """Who may not deliver has not a byte of his file read; no connection is held while it comes."""
        async with self._reception.context(proof, request) as context:
            try:
                may_import_at_all(context.caller)
            except Forbidden as refused:
                raise forbidden(refused) from refused
        async with self._uploads.place(proof.bank, proof.person) as place:
            with place.path.open("wb") as file:
                asked = await read_form(request, file, place.token, self._uploads.most_bytes, self._uploads.pace)
            async with self._in_time(request, proof, body) as context:
                result = await self._execute(asked, context, "POST")
        return result_reply(request, result, context)

    @asynccontextmanager
    async def _in_time(self, request: Request, proof: Proof, body: Body) -> AsyncIterator[Context]:
        """The request's context until its deadline, or until its client has hung up and nothing has been changed."""
        begun: list[Context] = []

        def changing() -> bool:
            return any(context.transactions.changing for context in begun)

        deadline = Deadline(FIRST_SECONDS, body.gone, changing)
        async with deadline, self._reception.context(proof, request) as context:
            begun.append(context)
            deadline.extend_to(context.limits.deadline_seconds)
            context.works.rates.request(context.bank.id, proof.person, context.limits)
            yield context

    async def _execute(self, asked: GraphQLRequest, context: Context, method: str) -> ExecutionResult:
        text = await context.works.documents.text_of(asked, context.transactions, free_text=context.limits.free_text)
        asked = replace(asked, query=text)
        return await self._schema.answer(asked, context, READS if method == "GET" else READS_AND_CHANGES)


def _is_browser(request: Request) -> bool:
    asks_html = "text/html" in request.headers.get("accept", "").lower()
    asked = request.query_params.keys() & {"query", "documentId", "extensions"}
    return request.method == "GET" and asks_html and not asked
