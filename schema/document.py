"""Trusted documents: the list, registering and removing."""

import enum
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from core.answers.store import Answer
from core.documents.document import Document as Read
from core.documents.document import Offered, read_document_id
from core.documents.manifest import checked
from core.documents.store import AT, BY_NAME, DOCUMENTS, NAME, SHA256, document_of, register, remove
from core.errors import InputError
from core.session import BankSession
from schema.change import change
from schema.connection import After, Before, Connection, First, Last
from schema.context import Info
from schema.document_check import name_and_problems
from schema.document_facets import DOCUMENTS as FACETS
from schema.document_facets import DocumentFiltered
from schema.listing import Asked, connection
from schema.once import Keyed, once
from schema.order import OrderDirection, orders
from schema.planning.kinds import MOMENT, TEXT
from schema.planning.reads import column
from schema.refusals import InvalidInput
from schema.resolved import resolved
from schema.tallies import connection_type
from tenants.callers import require

MOST_AT_ONCE = 1_000


@strawberry.type(description="A trusted document (可信文档): a GraphQL document that is answered by its id alone.")
class Document:
    """Its text stays with whoever wrote it. `read` is what core knows of it."""

    read: strawberry.Private[Read]
    sha256: str = column(
        "sha256", kind=TEXT, description="SHA-256 of its text, in 64 hexadecimal digits: its `documentId`."
    )
    name: str = column("name", kind=TEXT, description="Names of its operations.")
    registered_by: str = column("registered_by", kind=TEXT, description="Code of the person who registered it.")
    registered_at: datetime = column("at", kind=MOMENT, description="When.")


DocumentConnection = connection_type(FACETS, Document)


@strawberry.enum(description="What trusted documents can be ordered by.")
class DocumentOrderField(enum.Enum):
    """Keys."""

    NAME = strawberry.enum_value("name", description="Names of its operations, by code points.")
    REGISTERED_AT = strawberry.enum_value("at", description="When it was registered.")
    SHA256 = strawberry.enum_value("sha256", description="Its hash.")


@strawberry.input(description="One key of an order of documents. Equals come by hash.")
class DocumentOrder:
    """Key and direction."""

    field: DocumentOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


_KEYS = {DocumentOrderField.NAME: NAME, DocumentOrderField.REGISTERED_AT: AT, DocumentOrderField.SHA256: SHA256}


@strawberry.input(description="A document to register.")
class DocumentInput:
    """Text, and what its tool says its hash is."""

    text: str = strawberry.field(description="The document, to the letter as its id was made of.")
    sha256: str | None = strawberry.field(
        default=UNSET, description="The SHA-256 its tool made of it, held against the text; may begin with sha256:."
    )


@strawberry.input(description="Documents to register.")
class RegisterDocumentsInput(Keyed):
    """All or none."""

    documents: list[DocumentInput] = strawberry.field(description=f"At most {MOST_AT_ONCE}.")
    dry_run: bool = strawberry.field(default=False, description="Only say which are new; nothing is registered.")


@strawberry.type(description="What was registered.")
class RegisterDocumentsPayload:
    """Made."""

    registered: list[str] = strawberry.field(
        description="SHA-256 of those that were not registered before; with `dryRun` of those that would be."
    )
    known: int = strawberry.field(description="How many were registered already.")
    dry_run: bool = strawberry.field(description="Whether nothing was registered, as asked.")


@strawberry.input(description="Documents to remove.")
class RemoveDocumentsInput(Keyed):
    """By hash."""

    sha256: list[str] = strawberry.field(description=f"Their hashes; at most {MOST_AT_ONCE}.")


@strawberry.type(description="What was removed.")
class RemoveDocumentsPayload:
    """Made."""

    removed: list[str] = strawberry.field(description="SHA-256 of those that were registered.")


@strawberry.type
class DocumentRoots:
    """Entry to the documents."""

    @resolved(
        description="The bank's trusted documents, by name unless told; needs document:read.",
        needs="document:read",
        gives=DocumentConnection | None,
    )
    async def documents(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: Annotated[
            list[DocumentOrder] | None, strawberry.argument(description="Order: most important key first.")
        ] = UNSET,
        filter: DocumentFiltered = UNSET,
    ) -> Connection[Document] | None:
        """One statement, and one for the count."""
        require(info.context.caller, "document:read")
        return connection(
            info,
            "documents",
            await FACETS.narrow(info.context, DOCUMENTS, filter),
            orders(order_by or None, _KEYS, BY_NAME, SHA256),
            lambda row: Document(read=document_of(row)),
            Asked(first, after, last, before),
            kind=DocumentConnection,
        )


@strawberry.type
class DocumentChanges:
    """Changes of the documents."""

    @change(
        name="registerDocuments",
        needs="document:register",
        description="Let documents be answered by their id, where free text is refused too; needs document:register. "
        "Refused as a whole, with every problem told: DOCUMENT_INVALID.",
        refusals=(InvalidInput,),
    )
    async def register_documents(
        self, info: Info, input: Annotated[RegisterDocumentsInput, strawberry.argument(description="Which.")]
    ) -> RegisterDocumentsPayload:
        """Rows and audit record in one transaction."""
        _few(len(input.documents))
        offered = _offered(info.schema._schema, input.documents)

        async def work(session: BankSession) -> Answer:
            new = await register(session, offered, dry_run=input.dry_run)
            return {"registered": new, "known": len({one.sha256 for one in offered}) - len(new)}

        done = await once(info, input, work, dry_run=input.dry_run)
        return RegisterDocumentsPayload(**done, dry_run=input.dry_run)

    @change(
        name="removeDocuments",
        needs="document:register",
        description="Answer documents by their id no longer; needs document:register.",
    )
    async def remove_documents(
        self, info: Info, input: Annotated[RemoveDocumentsInput, strawberry.argument(description="Which.")]
    ) -> RemoveDocumentsPayload:
        """Rows and audit record in one transaction."""
        _few(len(input.sha256))
        hashes = [found for one in input.sha256 if (found := read_document_id(one)) is not None]

        async def work(session: BankSession) -> Answer:
            return {"removed": await remove(session, hashes)}

        done = await once(info, input, work)
        info.context.works.documents.forget(info.context.bank.id, hashes)
        return RemoveDocumentsPayload(**done)


def _few(count: int) -> None:
    if count > MOST_AT_ONCE:
        raise InputError(f"At most {MOST_AT_ONCE} documents at once.", code="TOO_MANY_DOCUMENTS")


def _offered(schema: Any, given: list[DocumentInput]) -> list[Offered]:
    """The documents with their names; DOCUMENT_INVALID with all that is wrong."""
    offered, problems = [], []
    for number, one in enumerate(given):
        path = f"documents[{number}]"
        try:
            read = checked(one.sha256 or None, one.text)
        except InputError as error:
            problems.append({"path": path, "problem": error.message})
            continue
        name, found = name_and_problems(schema, one.text)
        problems += [{"path": f"{path}.text", "problem": problem} for problem in found]
        offered.append(Offered(read.sha256, read.text, name))
    if problems:
        sentence = f"The documents cannot be registered: {problems[0]['problem']}"
        raise InputError(sentence, code="DOCUMENT_INVALID", problems=problems)
    return offered
