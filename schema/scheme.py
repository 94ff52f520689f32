"""Schemes and their versions."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import orjson
import strawberry
import yaml
from strawberry import UNSET

from core.codes import is_code
from core.indicators.indicator import Labels
from core.schemes.read import VERSIONS, SchemeRead, VersionRead, version_read
from schema.connection import After, Before, Connection, First, Last
from schema.context import Context, Info
from schema.language import Locale
from schema.listing import Asked, connection
from schema.needs import found_under
from schema.node import ID, Node
from schema.planning.kinds import INT, MOMENT, TEXT, enumerated, global_id_of
from schema.planning.reads import Column, Labelled, column
from schema.resolved import resolved
from schema.scheme_facets import SCHEMES, SchemeStatus, SchemeVersionFiltered, SchemeVersionOrders, version_order
from schema.scheme_facets import VERSIONS as FACETS
from schema.tallies import connection_type
from tenants.callers import require

_LAST_VERSION = 2**31 - 1


@strawberry.enum(description="How a scheme's text is written.")
class SchemeFormat(enum.Enum):
    """Formats."""

    JSON = strawberry.enum_value("json", description="JSON, keys sorted.")
    YAML = strawberry.enum_value("yaml", description="YAML, as people edit it.")


@dataclass(frozen=True, slots=True)
class NamedVersion:
    """A version of which nothing else has been read. `labels`: its scheme's."""

    scheme: str
    version: int
    labels: Labels


@found_under("scheme:read")
@strawberry.type(description="One version of a scheme (考核办法). Its text never changes.")
class SchemeVersion(Node):
    """What a run tells of it is plain; the rest needs scheme:read."""

    read: strawberry.Private[NamedVersion]
    id: strawberry.ID = column("scheme", "version", kind=global_id_of("SchemeVersion"), description=ID)
    code: str = column("scheme", kind=TEXT, description="Code of the scheme.")
    version: int = column("version", kind=INT, description="Its version, from 1.")

    @resolved(description="The scheme's name.", reads=Labelled("label", "label_zh"))
    def label(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.labels, locale)

    @resolved(
        description="Where it stands.",
        needs="scheme:read",
        reads=Column(("status",), enumerated(SchemeStatus)),
    )
    async def status(self, info: Info) -> SchemeStatus | None:
        """Batched."""
        return SchemeStatus((await self._whole(info)).status)

    @resolved(
        description="Code of the person who saved it.",
        needs="scheme:read",
        reads=Column(("made_by",), TEXT),
    )
    async def made_by(self, info: Info) -> str | None:
        """Batched."""
        return (await self._whole(info)).made_by

    @resolved(
        description="When it was saved.",
        needs="scheme:read",
        reads=Column(("made_at",), MOMENT),
    )
    async def made_at(self, info: Info) -> datetime | None:
        """Batched."""
        return (await self._whole(info)).made_at

    @resolved(
        description="Code of the person who asked for its approval; null before.",
        needs="scheme:read",
        reads=Column(("submitted_by",), TEXT),
    )
    async def submitted_by(self, info: Info) -> str | None:
        """Batched."""
        return (await self._whole(info)).submitted_by

    @resolved(
        description="When its approval was asked for; null before.",
        needs="scheme:read",
        reads=Column(("submitted_at",), MOMENT),
    )
    async def submitted_at(self, info: Info) -> datetime | None:
        """Batched."""
        return (await self._whole(info)).submitted_at

    @resolved(
        description="Code of the second person, who approved it; null before.",
        needs="scheme:read",
        reads=Column(("approved_by",), TEXT),
    )
    async def approved_by(self, info: Info) -> str | None:
        """Batched."""
        return (await self._whole(info)).approved_by

    @resolved(
        description="When it was approved; null before.",
        needs="scheme:read",
        reads=Column(("approved_at",), MOMENT),
    )
    async def approved_at(self, info: Info) -> datetime | None:
        """Batched."""
        return (await self._whole(info)).approved_at

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
        body = await info.context.loaders.bodies.load((self.read.scheme, self.read.version))
        if format is SchemeFormat.YAML:
            return yaml.safe_dump(body, allow_unicode=True, sort_keys=False)
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode()

    async def _whole(self, info: Info) -> VersionRead:
        require(info.context.caller, "scheme:read")
        found = await info.context.loaders.versions.load((self.read.scheme, self.read.version))
        if found is None:
            raise LookupError("a version of a scheme that is not stored")
        return found


SchemeVersionConnection = connection_type(FACETS, SchemeVersion)


@found_under("scheme:read")
@strawberry.type(description="A scheme (考核办法): which indicators count how much, and what the points are worth.")
class Scheme(Node):
    """All its versions."""

    read: strawberry.Private[SchemeRead]
    id: strawberry.ID = column("scheme", kind=global_id_of("Scheme"), attribute="code", description=ID)
    code: str = column("scheme", kind=TEXT, attribute="code", description="The bank's code of it.")

    @resolved(description="Its name.", reads=Labelled("label", "label_zh"))
    def label(self, info: Info, locale: Locale = UNSET) -> str:
        """In the language asked for."""
        return info.context.words(self.read.labels, locale)

    @resolved(description="The version in force, which runs use unless told: the newest approved; null without.")
    async def approved(self, info: Info) -> SchemeVersion | None:
        """Batched."""
        found = await info.context.loaders.approved.load(self.read.code)
        return None if found is None else scheme_version(info.context, found)

    @resolved(description="Its versions, newest first unless told.", gives=SchemeVersionConnection)
    async def versions(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: SchemeVersionOrders = UNSET,
        filter: SchemeVersionFiltered = UNSET,
    ) -> Connection[SchemeVersion]:
        """Of many schemes at once it is one statement."""
        return connection(
            info,
            "Scheme.versions",
            await FACETS.narrow(info.context, VERSIONS, filter),
            version_order(order_by),
            lambda row: scheme_version(info.context, version_read(row)),
            Asked(first, after, last, before),
            parent=self.read.code,
            kind=SchemeVersionConnection,
        )


SchemeConnection = connection_type(SCHEMES, Scheme)


def scheme_version(context: Context, read: VersionRead) -> SchemeVersion:
    """The GraphQL object of a version read."""
    context.loaders.versions.prime((read.code, read.version), read)
    return named_version(read.code, read.version, read.labels)


def named_version(code: str, version: int, labels: Labels) -> SchemeVersion:
    """The GraphQL object of a version of which nothing else has been read."""
    return SchemeVersion(read=NamedVersion(code, version, labels))


async def scheme_of(context: Context, code: str) -> Scheme | None:
    """The scheme of a code, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("scheme:read").allowed or not is_code(code):
        return None
    found = await context.loaders.schemes.load(code)
    return None if found is None else Scheme(read=found)


async def version_of(context: Context, code: str, version: int) -> SchemeVersion | None:
    """The version of a scheme, batched; None if there is none or the caller may read none."""
    if not context.caller.decide("scheme:read").allowed or not is_code(code) or not 0 < version <= _LAST_VERSION:
        return None
    found = await context.loaders.versions.load((code, version))
    return None if found is None else scheme_version(context, found)
