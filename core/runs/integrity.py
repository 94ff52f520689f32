"""Whether the files that a run stands on are still what their names say."""

from core.errors import Unavailable
from core.facts.store import FactStore, sha256_of
from core.runs.inputs import Inputs


def check_files(store: FactStore, bank: str, inputs: Inputs) -> None:
    """Hash every file the inputs name. FACTS_DAMAGED for one that is gone or changed. Blocking."""
    for name in sorted({*inputs.facts.named, *(file.sha256 for file in inputs.frozen.values())}):
        try:
            found = sha256_of(store.path(bank, name))
        except OSError as error:
            raise Unavailable(f"A file of facts is gone: {name}.parquet", code="FACTS_DAMAGED") from error
        if found != name:
            raise Unavailable(f"A file of facts was changed: {name}.parquet", code="FACTS_DAMAGED")
