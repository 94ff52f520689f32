"""One effect a key: the answer to a change is written in the change's own transaction and given again."""

from dataclasses import dataclass
from typing import Any

import orjson

from core.errors import Conflict, InputError
from core.session import BankSession

LONGEST_KEY = 200
KEPT_DAYS = 7
"""At least so long; the database refuses to forget sooner."""

Answer = dict[str, Any]
"""What an answer is made of: JSON of texts, whole numbers, truth values and lists. Codes, no names of people."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A change under a key of the person who acts. `input_sha256`: of all that was asked, the key left out."""

    mutation: str
    key: str
    input_sha256: str


def check_key(key: str) -> None:
    """InputError KEY_INVALID for what is no key."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise InputError("An idempotency key has 1 to 200 printable characters.", code="KEY_INVALID")


async def recall(session: BankSession, asked: Asked) -> Answer | None:
    """What was answered to this under this key; None: nothing yet, and the key is this transaction's now.

    While another transaction has the key this one waits: then answers as it did, or, if it came to nothing, goes on.
    Conflict IDEMPOTENCY_KEY_REUSED where something else was asked under the key.
    """
    taken = await session.row(
        """INSERT INTO bank.answers (person, mutation, key, input_sha256) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING key""",
        session.person,
        asked.mutation,
        asked.key,
        asked.input_sha256,
    )
    if taken is not None:
        return None
    found = await session.row(
        """SELECT input_sha256, answer::text AS answer FROM bank.answers
           WHERE person = $1 AND mutation = $2 AND key = $3""",
        session.person,
        asked.mutation,
        asked.key,
    )
    if found is None:
        raise Conflict("This key was forgotten just now: ask again.", code="IDEMPOTENCY_KEY_FORGOTTEN")
    if found["input_sha256"] != asked.input_sha256:
        raise Conflict(
            f"Something else was asked of {asked.mutation} under this idempotency key: use a new key for a new change.",
            code="IDEMPOTENCY_KEY_REUSED",
        )
    answer: Answer = orjson.loads(found["answer"])
    return answer


async def keep(session: BankSession, asked: Asked, answer: Answer) -> None:
    """Write down what is answered, in the transaction that has the key."""
    await session.execute(
        "UPDATE bank.answers SET answer = $4::text::jsonb WHERE person = $1 AND mutation = $2 AND key = $3",
        session.person,
        asked.mutation,
        asked.key,
        orjson.dumps(answer).decode(),
    )


async def forget(session: BankSession) -> int:
    """Delete the bank's answers that are older than they are kept; how many."""
    gone = await session.row(
        """WITH gone AS (DELETE FROM bank.answers WHERE answered_at < now() - make_interval(days => $1) RETURNING 1)
           SELECT count(*) FROM gone""",
        KEPT_DAYS,
    )
    return 0 if gone is None else int(gone[0])
