"""A GraphQL request with a file (the multipart request specification): `operations`, `map`, then one file.

The file goes to disk as it comes, never into memory whole, and only as far as it may be large.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from schema.faults import HttpFault, bad_request
from schema.pace import Pace
from schema.requests import MOST_BYTES, GraphQLRequest, json_of, shaped

MULTIPART = "multipart/form-data"
PREFLIGHT = ("apollo-require-preflight", "x-apollo-operation-name", "graphql-require-preflight")
"""Any of these headers: a page of another site cannot send them without the browser asking us first."""
MOST_PARTS = 3
MOST_AFTER = 1024
"""Bytes after the closing boundary: a line end, and what old mailers put there."""


@dataclass(frozen=True)
class Uploaded:
    """A file that came with the request. `token`: under which it lies among the uploads; `name`: the sender's."""

    token: str = field(compare=False)
    name: str
    bytes: int


def is_multipart(request: Request) -> bool:
    """Whether the body is a form. HttpFault 400 if so and no header shows that a browser asked first."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != MULTIPART or request.method != "POST":
        return False
    if not any(request.headers.get(name) for name in PREFLIGHT):
        raise bad_request("Uploads need the header Apollo-Require-Preflight: true.")
    if "content-encoding" in request.headers:
        raise bad_request("Send multipart/form-data without a content encoding.", 415)
    return True


async def read_form(request: Request, file: BinaryIO, token: str, most: int, pace: Pace) -> GraphQLRequest:
    """Read the form; its one file is written to `file`, and stands as Uploaded where `map` says. HttpFault 4xx."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise bad_request("The form has no boundary.")
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal():
        raise bad_request("Content-Length is not a number.")
    if int(announced) > most + 2 * MOST_BYTES:
        raise _too_large(most)
    form = _Form(most)
    try:
        parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]
        async for chunk in pace.keep(request.stream()):
            if form.ended:
                form.after += len(chunk)
                if form.after > MOST_AFTER:
                    raise bad_request("The body goes on after the end of the form.", 413, Connection="close")
                continue
            await asyncio.to_thread(_fed, parser, form, file, chunk)
        parser.finalize()
    except FormParserError:
        raise bad_request("The body is not a form.") from None
    if not form.ended:
        raise bad_request("The form is cut off.")
    return _request(form, token)


def _fed(parser: MultipartParser, form: "_Form", file: BinaryIO, chunk: bytes) -> None:
    parser.write(chunk)
    for piece in form.pieces:
        file.write(piece)
    form.pieces.clear()


@dataclass
class _Form:
    """The parts so far: `operations` and `map` as bytes, and of the file what was not written yet."""

    most: int
    texts: dict[str, bytearray] = field(default_factory=dict)
    file_field: str = ""
    file_name: str = ""
    file_bytes: int = 0
    pieces: list[bytes] = field(default_factory=list)
    ended: bool = False
    after: int = 0
    parts: int = 0
    _name: str = ""
    _header: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._named,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise bad_request("The form has more than operations, map and one file.")
        self._disposition = b""

    def _header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _named(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        expected = ("operations", "map")[self.parts - 1] if self.parts < MOST_PARTS else None
        if expected is not None:
            if self._name != expected:
                raise bad_request("The form has `operations` first, then `map`, then the file.")
            self.texts[expected] = bytearray()
        else:
            self.file_field = self._name
            self.file_name = options.get(b"filename", b"").decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self.parts == MOST_PARTS:
            self.file_bytes += end - start
            if self.file_bytes > self.most:
                raise _too_large(self.most)
            self.pieces.append(data[start:end])
            return
        text = self.texts[self._name]
        text.extend(data[start:end])
        if len(text) > MOST_BYTES:
            raise bad_request(f"`{self._name}` is larger than {MOST_BYTES} bytes.", 413, Connection="close")

    def _end(self) -> None:
        self.ended = True


def _too_large(most: int) -> HttpFault:
    return bad_request(f"A file may have {most} bytes at most.", 413, Connection="close")


def _request(form: _Form, token: str) -> GraphQLRequest:
    operations = json_of(bytes(form.texts.get("operations", b"")), "`operations` is not JSON in UTF-8.")
    places = json_of(bytes(form.texts.get("map", b"{}")), "`map` is not JSON in UTF-8.")
    asked = shaped(operations)
    if not isinstance(places, dict) or list(places) != ([form.file_field] if form.parts == MOST_PARTS else []):
        raise bad_request("`map` names the form's one file, and it alone.")
    paths: Any = next(iter(places.values()), [])
    if not isinstance(paths, list) or len(paths) > 1:
        raise bad_request("`map` gives the file one place, such as variables.input.upload.")
    for path in paths:
        _put(operations, path, Uploaded(token, form.file_name, form.file_bytes))
    return asked


def _put(operations: Any, path: object, uploaded: Uploaded) -> None:
    """Put the file in the place of the null that stands at `path`."""
    fault = bad_request("`map` leads to no null among the variables.")
    steps: Iterator[str] = iter(path.split(".") if isinstance(path, str) else [])
    place, last = operations, next(steps, "")
    if last != "variables":
        raise fault
    for step in steps:
        place, last = _at(place, last, fault), step
    if _at(place, last, fault) is not None:
        raise fault
    place[int(last) if isinstance(place, list) else last] = uploaded


def _at(place: Any, step: str, fault: HttpFault) -> Any:
    try:
        if isinstance(place, list) and step.isdecimal() and step.isascii() and len(step) < 10:
            return place[int(step)]
        if isinstance(place, dict):
            return place[step]
    except (IndexError, KeyError):
        pass
    raise fault
