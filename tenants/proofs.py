"""Verified tokens, and those whose signature need not be checked again yet."""

from collections import OrderedDict
from dataclasses import dataclass

from core.banks.table import BankRow
from core.session import Bank


@dataclass(frozen=True, slots=True)
class Proof:
    """A verified token: the bank that vouches, and the person it names. Whether he still works here is not said.

    `expires`: seconds of the Unix clock from which it is no longer taken.
    """

    bank: Bank
    person: str
    expires: float


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that was checked against `row`, as the registry was read then."""

    issuer: str
    key_id: str
    row: BankRow
    proof: Proof


class VerifiedTokens(OrderedDict[str, Verified]):
    """By their text; the oldest are forgotten beyond `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, token: str, verified: Verified) -> None:
        super().__setitem__(token, verified)
        if len(self) > self._most:
            self.popitem(last=False)
