"""Reads numbers, dates and truth values as people write them where they live. The locale is declared, never guessed:
`1.234` is 1.234 in Dublin and 1234 in Berlin, and `03/04/2026` is another day in Boston than in London.

The table agrees with the CLDR, which tests/core/files/test_locales.py compares. Signs are added that people type in
place of those of the CLDR: a space for a narrow one, a straight apostrophe for a curved one.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Final, Literal
from zoneinfo import ZoneInfo

type LocaleTag = Literal[
    "bg-BG", "cs-CZ", "da-DK", "de-AT", "de-CH", "de-DE", "el-GR", "en-AU", "en-CA", "en-GB", "en-IE", "en-IN",
    "en-NZ", "en-US", "es-ES", "es-MX", "fi-FI", "fr-BE", "fr-CA", "fr-CH", "fr-FR", "hu-HU", "it-IT", "ja-JP",
    "ko-KR", "nb-NO", "nl-BE", "nl-NL", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "sk-SK", "sv-SE", "tr-TR",
    "uk-UA", "zh-CN",
]  # fmt: skip
type Order = Literal["dmy", "mdy", "ymd"]

_SPACES: Final = " \u00a0\u2009\u202f"
_APOSTROPHES: Final = "'\u2019"
# How a number is written: the decimal point, and the signs between thousands.
_POINT: Final = (".", ",")
_COMMA: Final = (",", ".")
_COMMA_AND_SPACES: Final = (",", _SPACES)
_COMMA_AND_EITHER: Final = (",", "." + _SPACES)
_WRITTEN: Final[dict[LocaleTag, tuple[tuple[str, str], Order]]] = {
    "bg-BG": (_COMMA_AND_SPACES, "dmy"),
    "cs-CZ": (_COMMA_AND_SPACES, "dmy"),
    "da-DK": (_COMMA, "dmy"),
    "de-AT": (_COMMA_AND_EITHER, "dmy"),
    "de-CH": ((".", _APOSTROPHES + _SPACES), "dmy"),
    "de-DE": (_COMMA, "dmy"),
    "el-GR": (_COMMA, "dmy"),
    "en-AU": (_POINT, "dmy"),
    "en-CA": (_POINT, "ymd"),
    "en-GB": (_POINT, "dmy"),
    "en-IE": (_POINT, "dmy"),
    "en-IN": (_POINT, "dmy"),
    "en-NZ": (_POINT, "dmy"),
    "en-US": (_POINT, "mdy"),
    "es-ES": (_COMMA_AND_EITHER, "dmy"),
    "es-MX": (_POINT, "dmy"),
    "fi-FI": (_COMMA_AND_SPACES, "dmy"),
    "fr-BE": (_COMMA_AND_SPACES, "dmy"),
    "fr-CA": (_COMMA_AND_SPACES, "ymd"),
    "fr-CH": ((",", _APOSTROPHES + _SPACES), "dmy"),
    "fr-FR": (_COMMA_AND_SPACES, "dmy"),
    "hu-HU": (_COMMA_AND_SPACES, "ymd"),
    "it-IT": (_COMMA, "dmy"),
    "ja-JP": (_POINT, "ymd"),
    "ko-KR": (_POINT, "ymd"),
    "nb-NO": (_COMMA_AND_SPACES, "dmy"),
    "nl-BE": (_COMMA, "dmy"),
    "nl-NL": (_COMMA, "dmy"),
    "pl-PL": (_COMMA_AND_SPACES, "dmy"),
    "pt-BR": (_COMMA, "dmy"),
    "pt-PT": (_COMMA_AND_SPACES, "dmy"),
    "ro-RO": (_COMMA, "dmy"),
    "ru-RU": (_COMMA_AND_SPACES, "dmy"),
    "sk-SK": (_COMMA_AND_SPACES, "dmy"),
    "sv-SE": (_COMMA_AND_SPACES, "ymd"),
    "tr-TR": (_COMMA, "dmy"),
    "uk-UA": (_COMMA_AND_SPACES, "dmy"),
    "zh-CN": (_POINT, "ymd"),
}
# How spreadsheets write truth values, by language, beside the words of English and 1 and 0.
_TRUE: Final = (
    *("true", "yes", "1", "wahr", "ja", "vrai", "oui", "verdadero", "sí", "vero", "sì", "verdadeiro", "sim", "waar"),
    *("prawda", "tak", "sant"),
)
_FALSE: Final = (
    *("false", "no", "0", "falsch", "nein", "faux", "non", "falso", "não", "onwaar", "nee", "fałsz", "nie", "falskt"),
    "nej",
)

# Digits of ASCII only: Python's own int() and float() take `1_000`, full-width digits, "nan" and "infinity".
_PLAIN: Final = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{1,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY: Final = re.compile(r"([0-9]{1,4})([./\-]) ?([0-9]{1,2})\2 ?([0-9]{1,4})\.?")
_CLOCK: Final = re.compile(
    rf"([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}}))?(?:[{_SPACES}]?([ap])\.?m\.?)?", re.IGNORECASE | re.ASCII
)
# A clock at the end of a text, after the day.
_AT_END: Final = re.compile(rf"(.*?),?[{_SPACES}]([0-9]{{1,2}}:.*)")
_MARKS: Final = str.maketrans("", "", "\u200e\u200f")
MAX_CHARACTERS: Final = 100


def _of_a_time(text: str) -> str:
    """Returns a text without marks, as long as a time may be: what reads times looks at each space for a clock."""
    written = text.translate(_MARKS).strip()
    if len(written) > MAX_CHARACTERS:
        raise ValueError("too long for a time")
    return written


def read_plain_number(text: str) -> int | float:
    """Returns a number that is written as in JSON, with a sign or a decimal point in front too. Raises ValueError."""
    written = text.strip()
    if _PLAIN.fullmatch(written) is None:
        raise ValueError("not a number")
    if written.lstrip("+-").isdigit():
        return int(written)
    value = float(written)
    if value in (float("inf"), float("-inf")):
        raise ValueError("too large")
    return value


def read_boolean(text: str) -> bool:
    """Returns a truth value, in the words of English or of a spreadsheet in another language. Raises ValueError."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("not a truth value")


@dataclass(frozen=True)
class Writing:
    """How the numbers and times of a file are written."""

    locale: LocaleTag | None = None
    """Without one, numbers are written as in JSON, and times by RFC 3339 only."""
    time_zone: str = "UTC"
    """Where times without an offset are."""

    @cached_property
    def _number(self) -> re.Pattern[str]:
        assert self.locale is not None
        decimal, groups = _WRITTEN[self.locale][0]
        between = f"[{re.escape(groups)}]"
        # One sign between all groups. In India, groups are of two digits but for the last.
        size = "{2,3}" if self.locale == "en-IN" else "{3}"
        grouped = rf"[0-9]{{1,3}}(?:({between})[0-9]{size}(?:\2[0-9]{size})*)"
        return re.compile(rf"([+\-\u2212]?)(?:{grouped}|[0-9]{{1,30}})(?:{re.escape(decimal)}[0-9]{{1,30}})?")

    def number(self, text: str) -> int | float:
        """Returns a number. Raises ValueError."""
        written = text.strip()
        if self.locale is None:
            return read_plain_number(written)
        if len(written) > MAX_CHARACTERS or self._number.fullmatch(written) is None:
            raise ValueError("not a number")
        decimal, groups = _WRITTEN[self.locale][0]
        digits = written.replace("\u2212", "-").translate(str.maketrans("", "", groups))
        return read_plain_number(digits.replace(decimal, "."))

    def day(self, value: str | date) -> date:
        """Returns a day: written as 2026-12-31, written as in the locale, or of a spreadsheet. Raises ValueError."""
        if isinstance(value, datetime):
            if (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0):
                raise ValueError("has a time of day")
            return value.date()
        if isinstance(value, date):
            return value
        written = _of_a_time(value)
        if _ISO_DAY.fullmatch(written):
            return date.fromisoformat(written)
        found = _DAY.fullmatch(written)
        if self.locale is None or found is None:
            raise ValueError("not a day")
        parts = dict(zip(_WRITTEN[self.locale][1], (found[1], found[3], found[4]), strict=True))
        if len(parts["y"]) != 4 or len(parts["m"]) > 2 or len(parts["d"]) > 2:
            raise ValueError("not a day with a year of four digits")
        return date(int(parts["y"]), int(parts["m"]), int(parts["d"]))

    def instant(self, value: str | date) -> str:
        """Returns an instant by RFC 3339: a text that has an offset as it is, and other times in the time zone of the
        file. A day begins at midnight. Raises ValueError for texts that are no time, and for times that clocks skip or
        have twice.
        """
        if isinstance(value, str):
            written = _of_a_time(value)
            if self.locale is None or (len(written) > 11 and written[4:5] == "-" and written[10] in "Tt"):
                return written
            value = self._local(written)
        local = value if isinstance(value, datetime) else datetime.combine(value, time())
        moment = local.replace(tzinfo=ZoneInfo(self.time_zone))
        if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != local:
            raise ValueError("a time that the clocks skip")
        # A day begins once, at the first of its midnights.
        if isinstance(value, datetime) and moment.utcoffset() != moment.replace(fold=1).utcoffset():
            raise ValueError("a time that the clocks have twice: give it an offset")
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _local(self, written: str) -> date:
        parts = _AT_END.fullmatch(written)
        if parts is None:
            return self.day(written)
        clock = _CLOCK.fullmatch(parts[2])
        if clock is None:
            raise ValueError("not a time")
        hour, half = int(clock[1]), (clock[4] or "").lower()
        if half and not 1 <= hour <= 12:
            raise ValueError("not an hour of half a day")
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return datetime.combine(self.day(parts[1]), time(hour, int(clock[2]), int(clock[3] or 0)))
