"""Schemes (考核办法) as validated data: which indicators count how much, by which rules."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from core.decimal_text import DecimalText
from core.errors import SchemeInvalid
from core.grades.bands import CONTRIBUTION_1000, Band
from core.indicators.indicator import Indicator
from core.numbers import exact_scaled
from core.points.rule import LineKind, PointRule
from core.schemes.checks import check_meaning
from core.schemes.fields import bands_descend, decimal_places, fits_currency, plain_data, plain_text
from core.schemes.problems import Problem, shape_problems
from core.schemes.table2 import Role

Code = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(plain_text)]
Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain_text)]
Points = Annotated[DecimalText, Field(ge=0, le=1_000_000), AfterValidator(decimal_places(4))]
Base = Annotated[DecimalText, Field(gt=0, le=1_000_000), AfterValidator(decimal_places(4))]
PlainData = Annotated[dict[str, Any], AfterValidator(plain_data)]


class Part(BaseModel):
    """A piece of a scheme: names nobody declared are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """The same label in both languages."""

    en: Text
    zh: Text


def _left_out(value: Any) -> bool:
    return value is None or value is LineKind.BASE


class Line(Part):
    """One indicator that earns points. `base`: its weight in points, at most 4 decimals; None outside base sections.

    `parameters` are the rule's; after read_scheme they are complete, defaults included. `role`: the line of table two
    (F26) that it is, if the scheme keeps to that table.
    """

    indicator: Code
    base: Base | None = Field(default=None, exclude_if=_left_out)
    role: Role | None = Field(default=None, exclude_if=_left_out)
    rule: Code
    parameters: PlainData = Field(default_factory=dict)


class Section(Part):
    """Lines that belong together: what a line cannot use of its base stays here if it can.

    `kind`: lines with a base, or of points on top (bonus), or of points off (deduction). `limit`: what all lines of
    a bonus or deduction section come to at most, in points; None where only the lines' own limits hold.
    What says nothing is left out of the canonical text, so that texts from before kinds, limits and roles stay as
    they were.
    """

    code: Code
    labels: Words
    kind: LineKind = Field(default=LineKind.BASE, exclude_if=_left_out)
    limit: Points | None = Field(default=None, exclude_if=_left_out)
    lines: tuple[Line, ...] = Field(min_length=1)


class BandText(Part):
    """A grade: its lower bound on a base of 1,000 (none: everything below) and its pay multiple."""

    grade: Code
    at_least: DecimalText | None = None
    multiple: Annotated[DecimalText, Field(ge=0, le=10_000), AfterValidator(decimal_places(2))]


def _default_bands() -> tuple[BandText, ...]:
    return tuple(
        BandText(grade=band.grade, at_least=band.at_least, multiple=Decimal(band.multiple_e2) / 100)
        for band in CONTRIBUTION_1000
    )


class Grades(Part):
    """How total points become a grade (F12). Bounds descend; the last grade has none."""

    rule: Literal["grade_bands"] = "grade_bands"
    bands: Annotated[tuple[BandText, ...], Field(min_length=1), AfterValidator(bands_descend)] = Field(
        default_factory=_default_bands
    )


class Pay(Part):
    """How points (F13) or grades (F14) become money.

    `pool`: decimal text in major units, at most the currency's digits.
    """

    rule: Literal["pool_by_points", "pool_by_grade"] = "pool_by_points"
    pool: Annotated[DecimalText, Field(ge=0, le=10**14), AfterValidator(fits_currency)]


class Scheme(Part):
    """One whole scheme. Only `read_scheme` makes one: it alone looks at meaning.

    `measures`: indicators shown without points. `not_applicable`: what becomes of a line that does not apply:
    its base goes to others (rescale), it counts its base, or it counts zero. `parameters`: plugin → name →
    value, in place of the plugin's own.
    """

    code: Code
    labels: Words
    base_total: Base
    sections: tuple[Section, ...]
    measures: tuple[Code, ...] = ()
    not_applicable: Literal["rescale", "base", "zero"] = "rescale"
    grades: Grades = Field(default_factory=Grades)
    pay: Pay | None = None
    parameters: Annotated[dict[Code, PlainData], AfterValidator(plain_data)] = Field(default_factory=dict)
    _digits: int = PrivateAttr(default=2)

    def model_post_init(self, context: Any, /) -> None:
        self._digits = context["digits"] if context else 2

    @property
    def lines(self) -> Iterator[tuple[Section, Line]]:
        """Every line that earns points, with its section, in the order of the sheet."""
        return ((section, line) for section in self.sections for line in section.lines)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator a run must measure: scored lines first, then the measured ones."""
        return (*(line.indicator for _, line in self.lines), *self.measures)

    @property
    def pool_minor(self) -> int | None:
        """The pay pool in minor units of the bank's currency; None where the scheme pays nothing."""
        return None if self.pay is None else exact_scaled(self.pay.pool, self._digits)

    @property
    def bands(self) -> tuple[Band, ...]:
        """The grades, highest first, as F12 reads them."""
        return tuple(Band(band.grade, band.at_least, exact_scaled(band.multiple, 2)) for band in self.grades.bands)


def read_scheme(body: Any, indicators: Mapping[str, Indicator], rules: Mapping[str, PointRule], digits: int) -> Scheme:
    """The scheme that `body` (mappings, lists, text, whole numbers) writes down, defaults filled in.

    `digits`: decimal places of the bank's currency. Everything wrong is told at once: SchemeInvalid with
    `problems`, each {path, code, message}.
    """
    problems: list[Problem] = []
    scheme: Scheme | None = None
    try:
        scheme = Scheme.model_validate(body, context={"digits": digits})
    except ValidationError as refused:
        problems += shape_problems(refused)
    problems += check_meaning(body, indicators, rules, digits)
    if problems or scheme is None:
        first = problems[0]
        place = first["path"] or "its top"
        raise SchemeInvalid(
            f"The scheme has {len(problems)} problem(s). At {place}: {first['message']}", problems=problems
        )
    return _completed(scheme, indicators, rules)


def _completed(scheme: Scheme, indicators: Mapping[str, Indicator], rules: Mapping[str, PointRule]) -> Scheme:
    """Every line's parameters spelt out, so that a changed default never changes an old scheme."""
    sections = tuple(
        section.model_copy(update={"lines": tuple(_spelt_out(line, indicators, rules) for line in section.lines)})
        for section in scheme.sections
    )
    return scheme.model_copy(update={"sections": sections})


def _spelt_out(line: Line, indicators: Mapping[str, Indicator], rules: Mapping[str, PointRule]) -> Line:
    rule = rules[line.rule]
    parameters = rule.fit(rule.parameters.model_validate(line.parameters), indicators[line.indicator].direction)
    return line.model_copy(update={"parameters": parameters.model_dump(mode="json")})


def canonical_text(scheme: Scheme) -> str:
    """The scheme as JSON, one text for one meaning: keys sorted, decimals as text without idle zeros."""
    return orjson.dumps(scheme.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS).decode()
