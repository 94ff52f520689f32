"""Where the time of a measured piece of work went: named functions are timed as they are called."""

import inspect
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any


@dataclass
class Stopwatch:
    """Seconds by name, in the order in which the names were first heard."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def watch(self, owner: Any, name: str, called: Callable[..., str] | str) -> None:
        """From now on `owner.name` is timed, under `called` or what that makes of the arguments."""
        inner = getattr(owner, name)

        def title(*arguments: Any, **named: Any) -> str:
            return called if isinstance(called, str) else called(*arguments, **named)

        @wraps(inner)
        async def waited(*arguments: Any, **named: Any) -> Any:
            began = time.monotonic()
            try:
                return await inner(*arguments, **named)
            finally:
                self.seconds[title(*arguments, **named)] += time.monotonic() - began

        @wraps(inner)
        def done(*arguments: Any, **named: Any) -> Any:
            began = time.monotonic()
            try:
                return inner(*arguments, **named)
            finally:
                self.seconds[title(*arguments, **named)] += time.monotonic() - began

        setattr(owner, name, waited if inspect.iscoroutinefunction(inner) else done)
