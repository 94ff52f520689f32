"""How the commands of all examples end."""

import sys
from collections.abc import Callable
from typing import Any

from core.errors import MeritgraphError
from service.commands.complaints import complain, of_unexpected


def run_command(app: Callable[[], Any]) -> None:
    """Errors in one line, exit codes as those of `meritgraph`."""
    try:
        app()
    except MeritgraphError as error:
        sys.exit(complain(error))
    except Exception as error:
        sys.exit(complain(of_unexpected(error)))
