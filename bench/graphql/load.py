"""The load: one process, one thread, keep-alive connections that ask again as soon as they are answered.

`python -m bench.graphql.load` reads a Load as JSON from stdin and prints a Told as JSON. It does no more with an answer
than to find its end, so that it takes next to nothing of the processors it shares with the server.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass

BUFFER = 1 << 20
PATIENCE = 30.0


@dataclass(frozen=True)
class Load:
    """`request`: the bytes of a whole HTTP/1.1 request. `status`: what every answer has to say, else it is a fault."""

    port: int
    request: str
    connections: int
    seconds: float
    status: int = 200


@dataclass(frozen=True)
class Told:
    """Answers within the time, in how many seconds, how long each took (ms, sorted), and bytes received."""

    seconds: float
    waits: list[float]
    bytes: int
    fault: str = ""


class Answer:
    """One answer as its parts come in: found to be at its end by Content-Length, or by the last chunk."""

    def __init__(self, status: int) -> None:
        self._status = status
        self._head, self._tail, self._left = b"", b"", -1

    def ends_with(self, part: memoryview) -> bool:
        """Whether the answer ends with this next part of it. ValueError for another status than expected."""
        if self._left >= 0:
            self._left -= len(part)
        elif self._tail:
            self._tail = (self._tail + bytes(part[-5:]))[-5:]
        else:
            self._begin(bytes(part))
        return self._left == 0 or self._tail == b"0\r\n\r\n"

    def _begin(self, part: bytes) -> None:
        self._head += part
        head, found, body = self._head.partition(b"\r\n\r\n")
        if not found:
            return
        if int(head[9:12]) != self._status:
            raise ValueError(f"{head.decode('latin-1').splitlines()[0]}: {body[:300].decode(errors='replace')}")
        lines = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
        if b"chunked" in lines.get(b"transfer-encoding", b""):
            self._tail = body[-5:] or b"-"
        else:
            self._left = int(lines.get(b"content-length", b"0")) - len(body)


class Caller:
    """One connection."""

    def __init__(self, load: Load) -> None:
        self._status, self._request = load.status, load.request.encode("latin-1")
        self.socket = socket.create_connection(("127.0.0.1", load.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Send the request."""
        self._answer, self._asked = Answer(self._status), time.perf_counter()
        self.socket.sendall(self._request)

    def waited(self, part: memoryview) -> float | None:
        """Milliseconds since the request, if the answer ends with this part of it. ConnectionError for an empty one."""
        if not part:
            raise ConnectionError("the server hung up")
        return (time.perf_counter() - self._asked) * 1000 if self._answer.ends_with(part) else None


def put(load: Load) -> Told:
    """Ask for so many seconds, and for as many answers as there are connections; what comes later does not count."""
    buffer = memoryview(bytearray(BUFFER))
    waits: list[float] = []
    received = 0
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for _ in range(load.connections):
            caller = Caller(load)
            selector.register(caller.socket, selectors.EVENT_READ, caller)
            caller.ask()
        try:
            while (now := time.perf_counter()) - began < load.seconds or len(waits) < load.connections:
                if not (ready := selector.select(PATIENCE)):
                    raise TimeoutError(f"no answer within {PATIENCE:.0f} s")
                for key, _ in ready:
                    count = key.data.socket.recv_into(buffer)
                    received += count
                    if (wait := key.data.waited(buffer[:count])) is not None:
                        waits.append(wait)
                        key.data.ask()
        except (OSError, ValueError) as error:
            return Told(now - began, sorted(waits), received, str(error))
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()
        return Told(now - began, sorted(waits), received)


def request(path: str, body: bytes, **headers: str) -> str:
    """A POST of JSON, or a GET where there is no body, with these headers (`if_none_match` is If-None-Match)."""
    named = {"Host": "127.0.0.1", "Content-Type": "application/json", "Accept": "application/json"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in (named | {"Content-Length": str(len(body))}).items())
    return f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\n{head}\r\n" + body.decode("latin-1")


if __name__ == "__main__":
    print(json.dumps(asdict(put(Load(**json.load(sys.stdin))))))
