"""How a bank's file is read: a small YAML text that says which of its columns is which of ours.

Every scalar of the YAML is text (`01` and `no` stay what they are). docs/deliveries.md explains each key.
"""

import codecs
import re
from typing import Annotated, Any, Literal

import orjson
import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from core.errors import InputError
from core.model_problems import problems_of

TEXT_SIZE = 100_000
_CODECS = re.compile(
    r"ascii|utf-8|utf-8-sig|utf-16(-le|-be)?|gb18030|gbk|gb2312|big5|big5hkscs|iso8859-[0-9]+|cp[0-9]+|koi8-[ru]"
    r"|shift_jis|euc_jp|euc_kr|mac-(roman|latin2|cyrillic)"
)
_DIRECTIVE = re.compile(r"%(-?[A-Za-z%])")
_DIRECTIVES = {*"YymdHMSfbB%", "-m", "-d", "-H"}


def _encoding(name: str) -> str:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        known = ""
    if _CODECS.fullmatch(known) is None:
        raise ValueError(f"{name!r} is not an encoding we read: utf-8, gb18030, gbk, latin-1, cp1250, …")
    return known


def _delimiter(text: str) -> str:
    if len(text) != 1 or text.isalnum() or text in '\r\n"':
        raise ValueError("write one character that is not a letter, digit or line end")
    return text


def _quote(text: str) -> str:
    if len(text) > 1 or text.isalnum() or text in ("\r", "\n"):
        raise ValueError("write one character, or nothing for files without quotes")
    return text


def _thousands(text: str) -> str:
    if len(text) > 1 or text.isdigit() or text in ("+", "-"):
        raise ValueError("write one character that is not a digit or a sign, or nothing")
    return text


def _date_format(text: str) -> str:
    parts = _DIRECTIVE.findall(text)
    known = {part.removeprefix("-").lower() for part in parts}
    if not set(parts) <= _DIRECTIVES or text.count("%") != len(parts) + parts.count("%"):
        raise ValueError(f"{text!r} is not a date format: use %Y %y %m %d %-m %-d %b %B %H %M %S %f")
    if "y" not in known or "d" not in known or not known & {"m", "b"}:
        raise ValueError(f"{text!r} does not say year, month and day")
    return text


def fraction_pattern(form: str) -> str | None:
    """A date format with `%f` as a pattern of two groups, what stands before the fraction and after it; else None.

    It accepts more than the format writes: it only finds the fraction.
    """
    pieces = re.split(r"(%-?[A-Za-z%])", form)
    if "%f" not in pieces:
        return None
    place = pieces.index("%f")
    before, after = ("".join(map(_loosely, part)) for part in (pieces[:place], pieces[place + 1 :]))
    return f"^({before})[0-9]{{1,9}}({after})$"


def _loosely(piece: str) -> str:
    known = {"%Y": "[0-9]{4}", "%f": "[0-9]{6}", "%b": "[A-Za-z]+", "%B": "[A-Za-z]+", "%%": "%"}
    if piece not in known and _DIRECTIVE.fullmatch(piece):
        return "[0-9]{1,2}" if piece.startswith("%-") else "[0-9]{2}"
    return known.get(piece) or re.escape(piece)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


DateFormats = Annotated[
    list[Annotated[str, AfterValidator(_date_format)]], BeforeValidator(_listed), Field(min_length=1, max_length=20)
]
SourceColumn = Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CsvDialect(_Strict):
    """How the text file is written. `skip`: lines before the header. `nulls`: texts that mean "nothing"."""

    delimiter: Annotated[str, AfterValidator(_delimiter)] = ","
    quote: Annotated[str, AfterValidator(_quote)] = '"'
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    header: bool = True
    decimal: Literal[".", ","] = "."
    thousands: Annotated[str, AfterValidator(_thousands)] = ""
    nulls: list[str] = [""]
    skip: Annotated[int, Field(ge=0, le=1_000)] = 0

    @model_validator(mode="after")
    def _apart(self) -> "CsvDialect":
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote are the same character")
        if self.thousands == self.decimal:
            raise ValueError("thousands and decimal are the same character")
        return self


class SignCodes(_Strict):
    """Texts of a source column that give an amount its sign."""

    column: SourceColumn
    codes: Annotated[list[str], Field(min_length=1)]


class Source(_Strict):
    """Where one of our columns comes from: a column of the file (its number from 1 without a header), or a constant.

    `negative`, `positive`: of the two, the one that is absent takes every text the other does not name.
    """

    column: SourceColumn | None = None
    constant: Annotated[str, Field(coerce_numbers_to_str=True)] | None = None
    format: DateFormats | None = None
    codes: Annotated[dict[str, str], Field(min_length=1)] | None = None
    negative: SignCodes | None = None
    positive: SignCodes | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> "Source":
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either a column or a constant")
        if self.constant is not None and (self.format or self.codes or self.negative or self.positive):
            raise ValueError("a constant is written as we keep it: no format, codes or signs")
        if self.negative and self.positive:
            if self.negative.column != self.positive.column:
                raise ValueError("negative and positive name different columns")
            if both := sorted(set(self.negative.codes) & set(self.positive.codes)):
                raise ValueError(f"{both[0]!r} is both negative and positive")
        return self


def _short_form(value: Any) -> Any:
    return {"column": value} if isinstance(value, str | int) and not isinstance(value, bool) else value


class CurrencyColumn(_Strict):
    """A column that names each row's currency."""

    column: SourceColumn


class DeliveryMapping(_Strict):
    """The whole mapping. `only`: source column → the texts of rows that count; other rows are passed over.

    `file`: what it is a file of; None: what its first bytes say.
    """

    fact: str
    shape: Literal["snapshot", "transactions", "changes", "spans"] | None = None
    file: Literal["csv", "parquet"] | None = None
    csv: CsvDialect = CsvDialect()
    dates: DateFormats = ["%Y-%m-%d"]
    currency: str | CurrencyColumn | None = None
    only: dict[str, Annotated[list[str], BeforeValidator(_listed)]] = {}
    columns: Annotated[dict[str, Annotated[Source, BeforeValidator(_short_form)]], Field(min_length=1)]

    @property
    def canonical(self) -> bytes:
        """The same bytes for the same meaning, however it was written."""
        # A file delivered before there was a `file` is still the same delivery.
        left_out = {"file"} if self.file is None else set()
        return orjson.dumps(self.model_dump(mode="json", exclude=left_out), option=orjson.OPT_SORT_KEYS)


class _TextLoader(yaml.BaseLoader):
    """Scalars as text; a key given twice is an error instead of the last one winning."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.YAMLError(f"the key {key.value!r} stands twice, line {key.start_mark.line + 1}")
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


def parse_mapping(source: str | dict[str, Any]) -> DeliveryMapping:
    """Read YAML text, or the same as a dict. InputError MAPPING_INVALID with `problems`: [{path, problem}]."""
    try:
        if isinstance(source, str):
            if len(source) > TEXT_SIZE:
                raise invalid([("", f"the text is longer than {TEXT_SIZE} characters")])
            source = yaml.load(source, Loader=_TextLoader)
        if not isinstance(source, dict):
            raise invalid([("", "A mapping is YAML with `fact` and `columns`.")])
        return DeliveryMapping.model_validate(source)
    except (yaml.YAMLError, RecursionError) as error:
        raise invalid([("", f"not YAML: {' '.join(str(error).split())[:300]}")]) from error
    except ValidationError as error:
        raise invalid([(one["path"], one["problem"]) for one in problems_of(error)]) from error


def invalid(problems: list[tuple[str, str]]) -> InputError:
    """One error that lists every problem with its path."""
    sentence = "; ".join(f"{path}: {problem}" if path else problem for path, problem in problems)
    listed = [{"path": path, "problem": problem} for path, problem in problems]
    return InputError(f"The mapping cannot be used. {sentence}", code="MAPPING_INVALID", problems=listed)
