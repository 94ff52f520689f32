"""Servers that are measured: each one process on a loopback port, started and ended by its id."""

import asyncio
import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE, LAST_WORDS = 60.0, 2_000
ASKED_FOR_TAG = 20
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    pid: int

    def ask(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers (names in lower case) and body of one POST."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Headers (names in lower case) of the answer to a GET, asked until it has a tag: it listens once it is up."""
        told: dict[str, str] = {}
        for _ in range(ASKED_FOR_TAG):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                connection.request("GET", path, headers=dict(headers))
                answer = connection.getresponse()
                answer.read()
                told = {name.lower(): value for name, value in answer.getheaders()}
            finally:
                connection.close()
            if "etag" in told:
                break
        return told

    def processor_seconds(self) -> float | None:
        """What it has used of a processor so far; None where the system does not tell."""
        try:
            cells = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(cells[11]) + int(cells[12])) / TICKS


@dataclass(frozen=True)
class Start:
    """How a server is started; `{port}` in its command is filled in."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    folder: Path = HOUSE


class NotServing(Exception):
    """A server that did not come up, with its last words."""


@asynccontextmanager
async def served(start: Start) -> AsyncIterator[Server]:
    """The server, once it takes connections. It is ended whatever happens."""
    port = _free_port()
    command = [word.format(port=port) for word in start.command]
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(  # noqa: ASYNC220
            command, cwd=start.folder, env={**os.environ, **start.environment}, stdout=words, stderr=words
        )
        try:
            if fault := await _not_listening(process, port):
                words.seek(0)
                raise NotServing(f"{start.name} {fault}: {words.read()[-LAST_WORDS:].decode(errors='replace')}")
            yield Server(start.name, port, process.pid)
        finally:
            await asyncio.to_thread(_end, process)


async def _not_listening(process: subprocess.Popen[bytes], port: int) -> str:
    """Empty as soon as it listens; else why it does not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return f"ended with {process.returncode}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return ""
        await asyncio.sleep(0.1)
    return f"took no connection within {PATIENCE:.0f} s"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
