"""What is said of one file beside its name: by a control file, or by who hands it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.decimal_text import DecimalText
from core.errors import InputError
from core.facts.terms import ControlTotals, Terms
from core.feeds.feed import Feed
from core.feeds.pattern import NamePattern
from core.model_problems import not_usable, problems_of
from core.plain_yaml import parse_text_yaml


def _nothing(value: Any) -> Any:
    return None if value == "" else value


class ImportTerms(BaseModel):
    """How a file is to be taken in. `feed`: by that feed's mapping, whatever its name; `mapping`: by this one instead.

    `rows`, `sums` (our column → shown units): the sender's totals. `correction`, `completes`, `set_aside`: as of every
    delivery. `dry_run`: look, and keep nothing. `idempotency_key`: of arrivals older than `core/answers`, and not used.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: Annotated[str | None, BeforeValidator(_nothing)] = None
    mapping: dict[str, Any] | None = None
    day: Annotated[date | None, BeforeValidator(_nothing)] = None
    rows: Annotated[int | None, Field(ge=0), BeforeValidator(_nothing)] = None
    sums: Annotated[dict[str, DecimalText], Field(max_length=100)] = {}
    correction: Annotated[str, Field(max_length=1_000)] = ""
    completes: Annotated[int | None, Field(ge=1), BeforeValidator(_nothing)] = None
    set_aside: bool | None = None
    dry_run: bool = False
    idempotency_key: str | None = None

    @property
    def of_delivery(self) -> Terms:
        """The part that the delivery itself is told."""
        sums: dict[str, Decimal] = dict(self.sums)
        control = ControlTotals(self.rows, sums) if self.rows is not None or sums else None
        return Terms(control, self.correction, self.completes, self.set_aside)


@dataclass(frozen=True)
class Ways:
    """How one file will be read: the mapping, the business day, and the feed it came by, if any."""

    feed: str | None
    mapping: dict[str, Any]
    business_day: date


def parse_control(content: bytes) -> ImportTerms:
    """A control file, YAML or JSON in UTF-8. InputError CONTROL_INVALID."""
    try:
        return make_terms(parse_text_yaml(content.decode()) or {})
    except UnicodeDecodeError:
        raise InputError("The control file is not UTF-8.", code="CONTROL_INVALID") from None
    except InputError as error:
        raise InputError(f"The control file: {error.message}", code="CONTROL_INVALID") from error


def check_unattended(terms: ImportTerms) -> None:
    """InputError CONTROL_INVALID for what needs somebody's right: who may write into a folder need not have any."""
    said = [name for name, value in (("mapping", terms.mapping), ("correction", terms.correction)) if value]
    if said:
        raise InputError(
            f"A control file in the inbox cannot say `{'` or `'.join(said)}`: hand the file in with importDelivery or "
            "`meritgraph import`, which ask for the right to.",
            code="CONTROL_INVALID",
        )


def make_terms(said: Any) -> ImportTerms:
    """Terms of plain values. InputError TERMS_INVALID."""
    try:
        return ImportTerms.model_validate(said)
    except ValidationError as refused:
        raise not_usable("This", "TERMS_INVALID", problems_of(refused)) from refused


def find_ways(name: str, terms: ImportTerms, feeds: Sequence[Feed]) -> Ways:
    """Which mapping and business day hold for a file of this name. InputError says what is missing.

    FEED_UNKNOWN: no such feed, or none, or several, whose pattern fits. DAY_UNKNOWN: nothing says the business day.
    """
    fitting = {
        feed.feed: day
        for feed in feeds
        if feed.file_pattern and (day := NamePattern.parse(feed.file_pattern).day(name)) is not None
    }
    if terms.mapping is not None:
        code = terms.feed or (next(iter(fitting)) if len(fitting) == 1 else None)
        return Ways(terms.feed, terms.mapping, _day(terms, fitting.get(code or "")))
    code = terms.feed or _only(fitting)
    feed = next((one for one in feeds if one.feed == code), None)
    if feed is None:
        raise InputError(f"There is no feed {code!r}.", code="FEED_UNKNOWN")
    return Ways(feed.feed, dict(feed.mapping), _day(terms, fitting.get(feed.feed)))


def _only(fitting: dict[str, date]) -> str:
    if not fitting:
        raise InputError(
            "No feed's pattern fits this name, and no control file says how it is read.", code="FEED_UNKNOWN"
        )
    if len(fitting) > 1:
        raise InputError(f"The name fits several feeds: {', '.join(sorted(fitting))}.", code="FEED_UNKNOWN")
    return next(iter(fitting))


def _day(terms: ImportTerms, in_name: date | None) -> date:
    if terms.day is not None and in_name is not None and terms.day != in_name:
        raise InputError(f"The name says {in_name}, the terms say {terms.day}.", code="DAY_UNKNOWN")
    day = terms.day or in_name
    if day is None:
        raise InputError("Nothing says which business day the file is of: give `day`.", code="DAY_UNKNOWN")
    return day
