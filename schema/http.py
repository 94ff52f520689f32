"""GraphQL over HTTP: one ASGI endpoint. Token first, then the body's bytes, then the person, then its meaning."""

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from core.errors import Forbidden
from schema.context import Context
from schema.dropping import Body, send_and_drop
from schema.execution import MeritSchema
from schema.faults import HttpFault, bad_request, forbidden
from schema.graphiql import GraphiQL
from schema.import_permission import may_import_at_all
from schema.multipart import is_multipart, read_form
from schema.reception import Reception
from schema.requests import GraphQLRequest, from_body, from_url, read_body
from schema.responses import GRAPHQL, JSON, fault_reply, media_type, result_reply
from schema.uploads import UploadPlaces
from tenants.tokens import Proof


class GraphQLOverHTTP:
    """POST and GET of one path; GraphiQL for browsers. Not a redirect, not a 500 page of Starlette's, ever."""

    def __init__(self, reception: Reception, schema: MeritSchema, graphiql: GraphiQL, uploads: UploadPlaces) -> None:
        self._reception = reception
        self._schema = schema
        self._graphiql = graphiql
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        body = Body(receive)
        request = Request(scope, body.receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except Exception as error:
            response = fault_reply(request, error)
            if not body.ended and "Connection" in response.headers:
                await send_and_drop(response, scope, body, send)
                return
        await response(scope, body.receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "POST"):
            raise bad_request("Use GET or POST.", 405, Allow="GET, POST")
        if _is_browser(request):
            return self._graphiql.page()
        if media_type(request) is None:
            raise bad_request(f"Accept {GRAPHQL} or {JSON}.", 406)
        proof = await self._reception.proof(request.headers.get("authorization", ""))
        if is_multipart(request):
            return await self._answer_upload(request, proof)
        body = await read_body(request) if request.method == "POST" else b""
        async with self._reception.context(proof, request) as context:
            asked = from_body(body) if request.method == "POST" else from_url(request)
            result = await self._execute(asked, context, request.method)
        return result_reply(request, result, context.masked)

    async def _answer_upload(self, request: Request, proof: Proof) -> Response:
        """Who may not deliver has not a byte of his file read; no connection is held while it comes."""
        async with self._reception.context(proof, request) as context:
            try:
                may_import_at_all(context.caller)
            except Forbidden as refused:
                raise forbidden(refused) from refused
        async with self._uploads.place(proof.bank, proof.person) as place:
            with place.path.open("wb") as file:
                asked = await read_form(request, file, place.token, self._uploads.most_bytes, self._uploads.pace)
            async with self._reception.context(proof, request) as context:
                result = await self._execute(asked, context, "POST")
        return result_reply(request, result, context.masked)

    async def _execute(self, asked: GraphQLRequest, context: Context, method: str) -> ExecutionResult:
        allowed = {OperationType.QUERY} if method == "GET" else {OperationType.QUERY, OperationType.MUTATION}
        try:
            return await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context,
                operation_name=asked.operation_name,
                operation_extensions=asked.extensions,
                allowed_operation_types=allowed,
            )
        except InvalidOperationTypeError as fault:
            if fault.operation_type is OperationType.SUBSCRIPTION:
                raise bad_request("Subscriptions are served over WebSocket, in graphql-transport-ws.") from None
            raise bad_request("Mutations need POST.", 405, Allow="POST") from None
        except CannotGetOperationTypeError:
            message = "The document has no such operation."
            raise HttpFault("OPERATION_RESOLUTION_FAILURE", message, 400) from None
        except MissingQueryError:
            raise bad_request("There is no query in the request.") from None


def _is_browser(request: Request) -> bool:
    asks_html = "text/html" in request.headers.get("accept", "").lower()
    return request.method == "GET" and asks_html and "query" not in request.query_params
