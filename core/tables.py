"""Every table at once: foreign keys name tables of other nouns, so none can be written before all are known."""

import importlib
import pkgutil

import core


def load_tables() -> None:
    """Import every `core/<noun>/table.py`, so that SQLModel's metadata is whole."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name.endswith(".table"):
            importlib.import_module(module.name)
