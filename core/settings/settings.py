"""What a bank may set for itself (银行设置), with the values that hold until it does."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.decimal_text import DecimalText
from core.versions import version_of


class BadRows(StrEnum):
    """What becomes of a file with wrong rows."""

    REFUSE = "refuse"  # the whole file is refused
    SET_ASIDE = "set_aside"  # wrong rows are kept apart to be corrected, the rest counts


class Gate(StrEnum):
    """What a run does about facts that are missing, late or out of balance."""

    STOP = "stop"  # the run fails, unless its starter overruled this reason
    TELL = "tell"  # the run goes on and says so in a finding


class BankSettings(BaseModel):
    """A bank's settings. `set_aside_percent`: above this share of bad rows the file is refused all the same.

    `ledger_tolerance`: how far balances may be from the general ledger's totals, in major units, inclusive.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bad_rows: BadRows = BadRows.REFUSE
    set_aside_percent: Annotated[DecimalText, Field(ge=0, le=100)] = Decimal(5)
    missing: Gate = Gate.STOP
    late: Gate = Gate.STOP
    out_of_balance: Gate = Gate.STOP
    ledger_tolerance: Annotated[DecimalText, Field(ge=0, le=10**14)] = Decimal(0)

    @property
    def version(self) -> str:
        """Of all of them together."""
        return version_of(self.model_dump(mode="json"))
