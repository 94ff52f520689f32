"""A feed as people write it: a YAML file, or the fields of an input."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from core.errors import InputError
from core.feeds.feed import Every
from core.model_problems import not_usable, problems_of
from core.plain_yaml import parse_text_yaml

TEXT_SIZE = 100_000


def _nothing(value: Any) -> Any:
    return None if value == "" else value


Text = Annotated[str, Field(min_length=1, max_length=200)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(9998, 12, 31))]


class FeedLabels(BaseModel):
    """What the feed is called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: Text
    zh: Text


class FeedDefinition(BaseModel):
    """`files`: the pattern of its files' names; empty: none are taken from the inbox. `mapping`: a delivery mapping."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    labels: FeedLabels
    files: Annotated[str, Field(max_length=200)] = ""
    every: Every = Every.NEVER
    due_days: Annotated[int, Field(ge=0, le=366)] = 1
    since: Day
    until: Annotated[Day | None, BeforeValidator(_nothing)] = None
    mapping: dict[str, Any]

    @model_validator(mode="after")
    def _ordered(self) -> "FeedDefinition":
        if self.until is not None and self.until < self.since:
            raise ValueError("until is before since")
        return self


def parse_feed(source: str | dict[str, Any]) -> FeedDefinition:
    """Read YAML text (every scalar is text), or the same as a dict. InputError FEED_INVALID says what is wrong."""
    if isinstance(source, str):
        if len(source) > TEXT_SIZE:
            raise InputError(f"A feed's text has at most {TEXT_SIZE} characters.", code="FEED_INVALID")
        source = parse_text_yaml(source)
    try:
        return FeedDefinition.model_validate(source)
    except ValidationError as refused:
        raise not_usable("The feed", "FEED_INVALID", problems_of(refused)) from refused
