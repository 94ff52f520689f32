"""What schemes and their versions can be filtered, grouped and ordered by."""

import enum
from typing import Annotated, Any

import strawberry

from core.paging import Order
from core.schemes.read import APPROVED_AT, CODE, LABEL, MADE_AT, SUBMITTED_AT, VERSION
from core.statement import Arguments
from schema.facets import Facet, Facets, Related
from schema.needs import values_under
from schema.operators import INT, MOMENT, TEXT, named
from schema.order import OrderDirection, orders
from tenants.callers import Caller

_READ = "scheme:read"


@strawberry.enum(description="Where a version of a scheme stands. Only an approved one is run.")
class SchemeStatus(enum.Enum):
    """States."""

    DRAFT = strawberry.enum_value("draft", description="Saved; its designer has not asked for approval.")
    SUBMITTED = strawberry.enum_value("submitted", description="Waits for a second person's approval.")
    APPROVED = strawberry.enum_value("approved", description="Runs may use it.")


def _versions(_caller: Caller, _arguments: Arguments) -> str:
    return "EXISTS (SELECT 1 FROM bank.scheme_versions v WHERE v.scheme = s.scheme AND {})"


def _person(name: str, description: str) -> Facet:
    return Facet(name, f"v.{name}", TEXT, description, grouped=str, shown=str, needs=_READ)


VERSIONS = Facets(
    name="SchemeVersion",
    permission=_READ,
    module=__name__,
    fields=(
        Facet("version", "v.version", INT, "Its version, from 1."),
        Facet(
            "status",
            "v.status",
            named(SchemeStatus),
            "Where it stands.",
            grouped=SchemeStatus,
            shown=SchemeStatus,
            needs=_READ,
        ),
        _person("made_by", "Code of who saved it."),
        Facet("made_at", "v.made_at", MOMENT, "When it was saved.", needs=_READ),
        _person("submitted_by", "Code of who asked for its approval; none before."),
        Facet("submitted_at", "v.submitted_at", MOMENT, "When its approval was asked for; none before.", needs=_READ),
        _person("approved_by", "Code of who approved it; none before."),
        Facet("approved_at", "v.approved_at", MOMENT, "When it was approved; none before.", needs=_READ),
    ),
)
SchemeVersionFilter = VERSIONS.filter_type

SCHEMES = Facets(
    name="Scheme",
    permission=_READ,
    module=__name__,
    fields=(
        Facet("code", "s.scheme", TEXT, "The bank's code."),
        Facet("label", "s.label", TEXT, "Its name in English."),
        Facet("label_zh", "s.label_zh", TEXT, "Its name in Chinese."),
    ),
    related=(Related("versions", VERSIONS, _versions, "There is a version of it of which this holds."),),
)
SchemeFilter = SCHEMES.filter_type

SchemeFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=SchemeFilter | None)
]
SchemeVersionFiltered = Annotated[
    Any, strawberry.argument(description="Which of them; all unless told.", graphql_type=SchemeVersionFilter | None)
]


@strawberry.enum(description="What schemes can be ordered by.")
class SchemeOrderField(enum.Enum):
    """Keys."""

    CODE = strawberry.enum_value("code", description="Their code, by code points.")
    LABEL = strawberry.enum_value("label", description="Their name in English, by code points.")


@strawberry.input(description="One key of an order of schemes. Equals come by code.")
class SchemeOrder:
    """Key and direction."""

    field: SchemeOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


@values_under(APPROVED_AT=_READ, MADE_AT=_READ, SUBMITTED_AT=_READ)
@strawberry.enum(description="What a scheme's versions can be ordered by.")
class SchemeVersionOrderField(enum.Enum):
    """Keys."""

    APPROVED_AT = strawberry.enum_value("approved_at", description="When they were approved.")
    MADE_AT = strawberry.enum_value("made_at", description="When they were saved.")
    SUBMITTED_AT = strawberry.enum_value("submitted_at", description="When their approval was asked for.")
    VERSION = strawberry.enum_value("version", description="Their number.")


@strawberry.input(description="One key of an order of a scheme's versions. Equals come by number.")
class SchemeVersionOrder:
    """Key and direction."""

    field: SchemeVersionOrderField = strawberry.field(description="The key.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Its direction.")


SchemeOrders = Annotated[
    list[SchemeOrder] | None,
    strawberry.argument(description="Order: most important key first; by code unless told."),
]
SchemeVersionOrders = Annotated[
    list[SchemeVersionOrder] | None,
    strawberry.argument(description="Order: most important key first; newest first unless told."),
]

_KEYS = {SchemeOrderField.CODE: CODE, SchemeOrderField.LABEL: LABEL}
_VERSION_KEYS = {
    SchemeVersionOrderField.APPROVED_AT: APPROVED_AT,
    SchemeVersionOrderField.MADE_AT: MADE_AT,
    SchemeVersionOrderField.SUBMITTED_AT: SUBMITTED_AT,
    SchemeVersionOrderField.VERSION: VERSION,
}


def scheme_order(asked: list[SchemeOrder] | None) -> tuple[Order, ...]:
    """The order asked for, ended by the scheme's code."""
    return orders(asked or None, _KEYS, [Order(CODE)], CODE)


def version_order(asked: list[SchemeVersionOrder] | None) -> tuple[Order, ...]:
    """The order of one scheme's versions, ended by their number."""
    return orders(asked or None, _VERSION_KEYS, [Order(VERSION, descending=True)], VERSION)
