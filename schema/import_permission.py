"""Who may hand in any file at all."""

from core.registers.catalogue import REGISTERS
from tenants.callers import Caller, require


def may_import_at_all(caller: Caller) -> None:
    """Facts, or a list of the bank's own: Forbidden for who may hand in neither."""
    if not any(caller.decide(register.permission).allowed for register in REGISTERS.values()):
        require(caller, "delivery:import")
