"""Schemes and their versions."""

import enum
from datetime import datetime
from typing import Annotated

import orjson
import strawberry
import yaml
from strawberry import UNSET

from core.codes import is_code
from core.indicators.indicator import Labels
from core.paging import Order
from core.schemes.read import VERSION, VERSIONS, SchemeRead, VersionRead, version_read
from schema.connection import After, Connection, First
from schema.context import Context, Info
from schema.ids import global_id
from schema.language import Locale
from schema.listing import Asked, connection
from schema.needs import found_under
from schema.node import Node
from schema.resolved import resolved
from tenants.callers import require

_LAST_VERSION = 2**31 - 1


@strawberry.enum(description="Where a version of a scheme stands. Only an approved one is run.")
class SchemeStatus(enum.Enum):
    """States."""

    DRAFT = strawberry.enum_value("draft", description="Saved; its designer has not asked for approval.")
    SUBMITTED = strawberry.enum_value("submitted", description="Waits for a second person's approval.")
    APPROVED = strawberry.enum_value("approved", description="Runs may use it.")


@strawberry.enum(description="How a scheme's text is written.")
class SchemeFormat(enum.Enum):
    """Formats."""

    JSON = strawberry.enum_value("json", description="JSON, keys sorted.")
    YAML = strawberry.enum_value("yaml", description="YAML, as people edit it.")


@found_under("scheme:read")
@strawberry.type(description="One version of a scheme (考核办法). Its text never changes.")
class SchemeVersion(Node):
    """What a run tells of it is plain; the rest needs scheme:read."""

    labels: strawberry.Private[Labels]
    code: str = strawberry.field(description="Code of the scheme.")
    version: int = strawberry.field(description="Its version, from 1.")

    @resolved(description="The scheme's name.")
    def label(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.labels, locale)

    @resolved(description="Where it stands.", needs="scheme:read")
    async def status(self, info: Info) -> SchemeStatus | None:
        """Batched."""
        return SchemeStatus((await self._read(info)).status)

    @resolved(description="Code of the person who saved it.", needs="scheme:read")
    async def made_by(self, info: Info) -> str | None:
        """Batched."""
        return (await self._read(info)).made_by

    @resolved(description="When it was saved.", needs="scheme:read")
    async def made_at(self, info: Info) -> datetime | None:
        """Batched."""
        return (await self._read(info)).made_at

    @resolved(description="Code of the person who asked for its approval; null before.", needs="scheme:read")
    async def submitted_by(self, info: Info) -> str | None:
        """Batched."""
        return (await self._read(info)).submitted_by

    @resolved(description="When its approval was asked for; null before.", needs="scheme:read")
    async def submitted_at(self, info: Info) -> datetime | None:
        """Batched."""
        return (await self._read(info)).submitted_at

    @resolved(description="Code of the second person, who approved it; null before.", needs="scheme:read")
    async def approved_by(self, info: Info) -> str | None:
        """Batched."""
        return (await self._read(info)).approved_by

    @resolved(description="When it was approved; null before.", needs="scheme:read")
    async def approved_at(self, info: Info) -> datetime | None:
        """Batched."""
        return (await self._read(info)).approved_at

    @resolved(
        description="Its whole text, defaults filled in; `saveScheme` takes it back as a new version.",
        needs="scheme:read",
    )
    async def body(
        self,
        info: Info,
        format: Annotated[SchemeFormat, strawberry.argument(description="JSON or YAML.")] = SchemeFormat.JSON,
    ) -> str | None:
        """Batched."""
        require(info.context.caller, "scheme:read")
        body = await info.context.loaders.bodies.load((self.code, self.version))
        if format is SchemeFormat.YAML:
            return yaml.safe_dump(body, allow_unicode=True, sort_keys=False)
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode()

    async def _read(self, info: Info) -> VersionRead:
        require(info.context.caller, "scheme:read")
        found = await info.context.loaders.versions.load((self.code, self.version))
        if found is None:
            raise LookupError("a version of a scheme that is not stored")
        return found


@found_under("scheme:read")
@strawberry.type(description="A scheme (考核办法): which indicators count how much, and what the points are worth.")
class Scheme(Node):
    """All its versions."""

    labels: strawberry.Private[Labels]
    code: str = strawberry.field(description="The bank's code of it.")

    @resolved(description="Its name.")
    def label(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.labels, locale)

    @resolved(description="The version in force, which runs use unless told: the newest approved; null without.")
    async def approved(self, info: Info) -> SchemeVersion | None:
        """Batched."""
        found = await info.context.loaders.approved.load(self.code)
        return None if found is None else scheme_version(info.context, found)

    @resolved(description="Its versions, newest first.")
    async def versions(self, info: Info, first: First = UNSET, after: After = UNSET) -> Connection[SchemeVersion]:
        """Of many schemes at once it is one statement."""
        return connection(
            info,
            "Scheme.versions",
            VERSIONS,
            (Order(VERSION, descending=True),),
            lambda row: scheme_version(info.context, version_read(row)),
            Asked(first, after),
            parent=self.code,
        )


def scheme(context: Context, read: SchemeRead) -> Scheme:
    """The GraphQL object of a scheme read."""
    return Scheme(id=global_id(context.bank, "Scheme", read.code), labels=read.labels, code=read.code)


def scheme_version(context: Context, read: VersionRead) -> SchemeVersion:
    """The GraphQL object of a version read."""
    context.loaders.versions.prime((read.code, read.version), read)
    return named_version(context, read.code, read.version, read.labels)


def named_version(context: Context, code: str, version: int, labels: Labels) -> SchemeVersion:
    """The GraphQL object of a version of which nothing else has been read."""
    return SchemeVersion(
        id=global_id(context.bank, "SchemeVersion", code, str(version)), labels=labels, code=code, version=version
    )


async def scheme_of(context: Context, code: str) -> Scheme | None:
    """The scheme of a code, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("scheme:read").allowed or not is_code(code):
        return None
    found = await context.loaders.schemes.load(code)
    return None if found is None else scheme(context, found)


async def version_of(context: Context, code: str, version: int) -> SchemeVersion | None:
    """The version of a scheme, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("scheme:read").allowed or not is_code(code) or not 0 < version <= _LAST_VERSION:
        return None
    found = await context.loaders.versions.load((code, version))
    return None if found is None else scheme_version(context, found)
