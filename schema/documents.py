"""The text of the document a request asks for: sent, registered by the bank, or known from a client's handshake."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from core.documents.document import read_document_id, sha256_of
from core.documents.store import text_of_document
from schema.faults import HttpFault, bad_request
from schema.requests import GraphQLRequest
from schema.transactions import Transactions

FRESH_SECONDS = 5.0
"""A document that was removed is answered by another process for this long at most."""
MOST_REGISTERED = 5_000
MOST_BANKS = 200
MOST_OFFERED = 1_000
MOST_OFFERED_BYTES = 1 << 20
"""What clients made known of one bank, see `Offers`."""

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"


class Documents:
    """One process's: answers by hash, remembering what it may. Nothing of one bank is known to another."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._registered: OrderedDict[tuple[int, str], tuple[str, float]] = OrderedDict()
        self._offers: OrderedDict[int, Offers] = OrderedDict()

    async def text_of(self, asked: GraphQLRequest, transactions: Transactions, *, free_text: bool) -> str:
        """The document's text, not parsed; HttpFault for one that is unknown, or not answered here.

        `free_text`: whether the caller may send documents that his bank has not registered.
        """
        if asked.document_id is not None:
            return await self._by_id(asked, asked.document_id, transactions)
        if (handshake := (asked.extensions or {}).get("persistedQuery")) is not None:
            return await self._by_handshake(asked, _hash_of(handshake), transactions, free_text)
        if not asked.query:
            raise bad_request("There is no query in the request.")
        if not free_text and await self._find(sha256_of(asked.query), transactions) is None:
            sentence = "Only registered documents are answered here: send the `documentId` of one."
            raise HttpFault("QUERY_NOT_IN_SAFELIST", sentence, 403)
        return asked.query

    def forget(self, bank: int, hashes: Iterable[str]) -> None:
        """These are no longer registered."""
        for sha256 in hashes:
            self._registered.pop((bank, sha256), None)

    def drop(self, bank: int) -> None:
        """Something of the bank's registers has changed, here or elsewhere: its documents are read anew."""
        for key in [key for key in self._registered if key[0] == bank]:
            del self._registered[key]

    async def _by_id(self, asked: GraphQLRequest, id: str, transactions: Transactions) -> str:
        if asked.query:
            raise bad_request("Send `query` or `documentId`, not both.")
        sha256 = read_document_id(id)
        if sha256 is None:
            raise bad_request("`documentId` is sha256: and 64 small hexadecimal digits, or the digits alone.")
        text = await self._find(sha256, transactions)
        if text is None:
            raise HttpFault(NOT_FOUND, "No document is registered under this id.", 400)
        return text

    async def _by_handshake(
        self, asked: GraphQLRequest, sha256: str, transactions: Transactions, free_text: bool
    ) -> str:
        """Apollo's automatic persisted queries; what is unknown is told in Apollo's words, and with status 200."""
        if asked.query and sha256_of(asked.query) != sha256:
            raise HttpFault("BAD_USER_INPUT", "`sha256Hash` is not the SHA-256 of the query.", 400)
        offers = self._offers_of(transactions.bank.id)
        if free_text and asked.query:
            offers.keep(sha256, asked.query)
            return asked.query
        text = offers.find(sha256) if free_text else None
        text = text or await self._find(sha256, transactions)
        if text is None and free_text:
            raise HttpFault(NOT_FOUND, "PersistedQueryNotFound", 200)
        if text is None:
            raise HttpFault(NOT_SUPPORTED, "PersistedQueryNotSupported", 200)
        return text

    async def _find(self, sha256: str, transactions: Transactions) -> str | None:
        """The text of a document that the bank has registered."""
        key, now = (transactions.bank.id, sha256), self._clock()
        text, until = self._registered.get(key, (None, now))
        if text is not None and now < until:
            return text
        async with transactions.read() as session:
            text = await text_of_document(session, sha256)
        if text is not None:
            self._registered[key] = (text, now + FRESH_SECONDS)
            self._registered.move_to_end(key)
            if len(self._registered) > MOST_REGISTERED:
                self._registered.popitem(last=False)
        return text

    def _offers_of(self, bank: int) -> "Offers":
        offers = self._offers.setdefault(bank, Offers())
        self._offers.move_to_end(bank)
        if len(self._offers) > MOST_BANKS:
            self._offers.popitem(last=False)
        return offers


class Offers:
    """Documents whose text a client of one bank has sent with its hash; those not asked for longest go first."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def find(self, sha256: str) -> str | None:
        """The text of that hash."""
        if sha256 in self._texts:
            self._texts.move_to_end(sha256)
        return self._texts.get(sha256)

    def keep(self, sha256: str, text: str) -> None:
        """Remember it; a text of an eighth of all that may be kept, or more, is not."""
        size = len(text.encode())
        if sha256 in self._texts or size * 8 >= MOST_OFFERED_BYTES:
            return
        self._texts[sha256] = text
        self._bytes += size
        while len(self._texts) > MOST_OFFERED or self._bytes > MOST_OFFERED_BYTES:
            _, dropped = self._texts.popitem(last=False)
            self._bytes -= len(dropped.encode())


def _hash_of(handshake: Any) -> str:
    if isinstance(handshake, dict) and handshake.get("version") == 1:
        sha256 = handshake.get("sha256Hash")
        if isinstance(sha256, str) and read_document_id(sha256) == sha256:
            return sha256
    sentence = "`extensions.persistedQuery` is {version: 1, sha256Hash}, the hash in 64 small hexadecimal digits."
    raise bad_request(sentence)
