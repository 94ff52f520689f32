"""Structured logs on stderr: lines for people, or one JSON object a line for machines."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog


def _plain(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Without uvicorn's second, coloured text of the same message."""
    event.pop("color_message", None)
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    _plain,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def set_up_logging(*, as_json: bool, level: str = "INFO") -> None:
    """Send everything, our own and libraries' (uvicorn, alembic, …), through one formatter to stderr."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=_renderers(as_json)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    logging.getLogger("alembic").setLevel(max(logging.getLevelName(level), logging.WARNING))


def _renderers(as_json: bool) -> list[Any]:
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if as_json:
        return [clean, structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(default=str)]
    colors = sys.stderr.isatty()
    return [clean, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
