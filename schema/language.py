"""Which language labels are answered in: an argument, else the Accept-Language header, else English."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from core.errors import InputError
from core.indicators.indicator import Labels

LOCALES = {"en": "en", "zh-CN": "zh", "zh": "zh"}

Locale = Annotated[
    str | None,
    strawberry.argument(description='Language, "en" or "zh-CN"; the Accept-Language header\'s unless told.'),
]


def accepted_language(header: str) -> str:
    """ "en" or "zh": the better liked of the two in an Accept-Language header; en when neither is named."""
    best, liked = "en", 0.0
    for part in header.lower().split(",")[:50]:
        name, _, weight = part.strip().partition(";")
        language = name.strip().partition("-")[0]
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if language in ("en", "zh") and quality > liked:
            best, liked = language, quality
    return best


def language_of(locale: str | None, accepted: str) -> str:
    """ "en" or "zh": what `locale` says, else the accepted one; LOCALE_UNKNOWN for one we do not speak."""
    if locale is None or locale is UNSET:
        return accepted
    if locale not in LOCALES:
        raise InputError('`locale` is "en" or "zh-CN".', code="LOCALE_UNKNOWN")
    return LOCALES[locale]


def words(labels: Labels, locale: str | None, accepted: str) -> str:
    """The label in the language asked for; LOCALE_UNKNOWN for one we do not speak."""
    return labels.zh if language_of(locale, accepted) == "zh" and labels.zh else labels.en
