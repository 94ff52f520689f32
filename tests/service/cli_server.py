"""Runs `meritgraph` commands in forks of one warm process: real processes, without their imports each time.

Reads JSON lines {argv, env, cwd, folder}; answers each with the exit code. Output stands in folder/out and folder/err.
"""

import json
import os
import sys
import traceback

import rich.console
import rich.table
import uvicorn

import service.app
import service.demo.build
import service.demo.show
import service.house
import service.works
from core.plugins.host import Host
from service import cli


def child(request: dict[str, object]) -> None:
    """Become the command."""
    os.environ.update(request["env"])  # type: ignore[call-overload]
    os.chdir(str(request["cwd"]))
    for descriptor, name in ((1, "out"), (2, "err")):
        file = os.open(f"{request['folder']}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["meritgraph", *request["argv"]]  # type: ignore[misc]
    code = 70
    try:
        cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1 if end.code else 0
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


WARM = (
    service.demo.build,
    service.demo.show,
    service.house,
    service.works,
    service.app,
    rich.console,
    rich.table,
    uvicorn,
    Host.installed(),
)
for line in sys.stdin:
    process = os.fork()
    if process == 0:
        child(json.loads(line))
    _, status = os.waitpid(process, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
