"""A bank's settings in its table."""

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from core.audit.store import record
from core.errors import InputError
from core.model_problems import not_usable, problems_of
from core.session import BankSession
from core.settings.settings import BankSettings
from core.versions import check_version


async def bank_settings(session: BankSession) -> BankSettings:
    """The settings that hold now."""
    rows = await session.rows("SELECT name, value::text AS value FROM bank.settings")
    return BankSettings.model_validate({row["name"]: orjson.loads(row["value"]) for row in rows})


async def change_settings(
    session: BankSession, changes: Mapping[str, Any], *, expected: str | None = None
) -> BankSettings:
    """Set some by name, the others stay; a value of None goes back to the product's own. SETTING_INVALID: why.

    `expected`: the version they were read in; Conflict VERSION_CONFLICT where they have another.
    """
    if unknown := sorted(set(changes) - BankSettings.model_fields.keys()):
        known = ", ".join(sorted(BankSettings.model_fields))
        raise InputError(f"There is no setting {unknown[0][:40]!r}: there are {known}.", code="SETTING_INVALID")
    await session.execute("SELECT pg_advisory_xact_lock(hashtextextended('settings/' || $1, 0))", session.bank.code)
    held = await bank_settings(session)
    check_version(expected, held.version, "the settings")
    before = held.model_dump(mode="json")
    wanted = {name: value for name, value in {**before, **changes}.items() if value is not None}
    try:
        settings = BankSettings.model_validate(wanted)
    except ValidationError as refused:
        raise not_usable("The settings", "SETTING_INVALID", problems_of(refused)) from refused
    after = settings.model_dump(mode="json")
    for name in sorted(changes):
        if changes[name] is None:
            await session.execute("DELETE FROM bank.settings WHERE name = $1", name)
        else:
            await session.execute(
                """INSERT INTO bank.settings (name, value, set_by, set_at) VALUES ($1, $2::text::jsonb, $3, now())
                   ON CONFLICT (bank_id, name) DO UPDATE
                   SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at""",
                name,
                orjson.dumps(after[name]).decode(),
                session.person,
            )
        if before.get(name) != after.get(name):
            await record(session, "setting:set", name, before=before.get(name), after=after.get(name))
    return settings
