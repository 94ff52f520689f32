"""A bank's own settings."""

import enum
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from core.answers.store import Answer
from core.session import BankSession
from core.settings.settings import BankSettings
from core.settings.store import bank_settings, change_settings
from schema.api_names import in_api_names
from schema.change import change
from schema.context import Info
from schema.once import Keyed, once
from schema.refusals import InvalidInput, VersionConflict
from schema.resolved import resolved
from tenants.callers import require


@strawberry.enum(description="What becomes of a file with wrong rows.")
class BadRows(enum.Enum):
    """Words of the setting."""

    REFUSE = strawberry.enum_value("refuse", description="The whole file is refused.")
    SET_ASIDE = strawberry.enum_value("set_aside", description="Wrong rows are kept apart, the rest counts.")


@strawberry.enum(description="What a run does about facts that are not ready.")
class Gate(enum.Enum):
    """Words of the setting."""

    STOP = strawberry.enum_value("stop", description="The run fails, unless its starter overruled the reason.")
    TELL = strawberry.enum_value("tell", description="The run goes on and says so in a finding.")


@strawberry.type(description="What the bank has set for itself (银行设置), or the product's own values.")
class Settings:
    """Every setting has a value."""

    bad_rows: BadRows = strawberry.field(description="REFUSE a file with wrong rows, or SET_ASIDE these rows.")
    set_aside_percent: Decimal = strawberry.field(
        description="Above this percentage of wrong rows a file is refused all the same."
    )
    missing: Gate = strawberry.field(description="What a run does about files that are missing.")
    late: Gate = strawberry.field(description="What a run does about files that came late.")
    out_of_balance: Gate = strawberry.field(
        description="What a run does about balances that differ from the general ledger's totals."
    )
    ledger_tolerance: Decimal = strawberry.field(
        description="How far balances may be from the ledger's totals, in major units, inclusive."
    )
    version: str = strawberry.field(description="Opaque, for `expectedVersion`: it changes with any of them.")


@strawberry.input(description="The settings to change. One left out stays; null goes back to the product's own value.")
class ChangeSettingsInput(Keyed):
    """Any number of them."""

    bad_rows: BadRows | None = strawberry.field(default=UNSET, description="REFUSE or SET_ASIDE.")
    set_aside_percent: Decimal | None = strawberry.field(default=UNSET, description="0 to 100.")
    missing: Gate | None = strawberry.field(default=UNSET, description="STOP or TELL.")
    late: Gate | None = strawberry.field(default=UNSET, description="STOP or TELL.")
    out_of_balance: Gate | None = strawberry.field(default=UNSET, description="STOP or TELL.")
    ledger_tolerance: Decimal | None = strawberry.field(default=UNSET, description="Major units, from 0.")
    expected_version: str | None = strawberry.field(
        default=None,
        description="The settings' `version` when they were read: VersionConflict if it is another by now.",
    )


@strawberry.type(description="The settings after the change.")
class ChangeSettingsPayload:
    """Made."""

    settings: Settings = strawberry.field(description="As they hold now.")


def settings_read(read: BankSettings) -> Settings:
    """The GraphQL object of a bank's settings."""
    return Settings(
        bad_rows=BadRows(read.bad_rows.value),
        set_aside_percent=read.set_aside_percent,
        missing=Gate(read.missing.value),
        late=Gate(read.late.value),
        out_of_balance=Gate(read.out_of_balance.value),
        ledger_tolerance=read.ledger_tolerance,
        version=read.version,
    )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


@strawberry.type
class SettingRoots:
    """Entry to the settings."""

    @resolved(description="The bank's own settings; needs bank:read.", needs="bank:read")
    async def settings(self, info: Info) -> Settings | None:
        """Of the caller's bank."""
        require(info.context.caller, "bank:read")
        async with info.context.transactions.read() as session:
            return settings_read(await bank_settings(session))


@strawberry.type
class SettingChanges:
    """Changes of the settings."""

    @change(
        name="changeSettings",
        needs="bank:set",
        refusals=(InvalidInput, VersionConflict),
        description="Change the bank's own settings; needs bank:set. SETTING_INVALID for a value out of range.",
    )
    async def change_the_settings(
        self,
        info: Info,
        input: Annotated[ChangeSettingsInput, strawberry.argument(description="What to change.")],
    ) -> ChangeSettingsPayload:
        """All of it or nothing, with a record for each."""
        changes = {
            name: _plain(value) for name in BankSettings.model_fields if (value := getattr(input, name)) is not UNSET
        }

        async def work(session: BankSession) -> Answer:
            with in_api_names("SETTING_INVALID"):
                held = await change_settings(session, changes, expected=input.expected_version)
            return held.model_dump(mode="json")

        held = BankSettings.model_validate(await once(info, input, work))
        return ChangeSettingsPayload(settings=settings_read(held))
