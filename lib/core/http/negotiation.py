"""Chooses the media type of an answer by the Accept header (RFC 9110 §12.5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

_RANGE: Final = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)/([!#$%&'*+.^_`|~0-9a-z-]+)", re.IGNORECASE)
# A comma within quotes is part of a parameter: `application/ld+json;profile="a,b"`.
_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
MAX_RANGES: Final = 50
_QUALITY: Final = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class _MediaRange:
    type: str
    subtype: str
    quality: float

    def precision(self, media_type: str) -> int:
        """Returns how precisely the range names a media type: 3 for itself, 2 for ``type/*``, 1 for ``*/*``, else 0."""
        if f"{self.type}/{self.subtype}" == media_type:
            return 3
        if self.subtype != "*":
            return 0
        return 2 if self.type == media_type.split("/", maxsplit=1)[0] else 1 if self.type == "*" else 0


def _ranges_in(accept: str) -> list[_MediaRange]:
    """Parses a header. Elements that are malformed are ignored; parameters other than ``q`` as well."""
    ranges: list[_MediaRange] = []
    for element in islice(_ELEMENT.findall(accept), MAX_RANGES):
        name, *parameters = (part.strip() for part in element.split(";"))
        matched = _RANGE.fullmatch(name)
        if matched is None:
            continue
        quality = next((value[2:].strip() for value in parameters if value.lower().startswith("q=")), "1")
        if _QUALITY.fullmatch(quality):
            ranges.append(_MediaRange(matched[1].lower(), matched[2].lower(), float(quality)))
    return ranges


def preferred_media_type(accept: str, offered: Sequence[str]) -> str | None:
    """Returns the offered media type that the header prefers; None if it accepts none of them.

    The quality of a media type is that of the range that names it most precisely. Of several with the same quality, the
    one that is named most precisely is preferred, and then the one offered first. An empty header accepts everything.
    """
    ranges = _ranges_in(accept) if accept.strip() else [_MediaRange("*", "*", 1.0)]
    best: tuple[float, int] = (0.0, 0)
    preferred: str | None = None
    for media_type in offered:
        naming = max(ranges, key=lambda each: each.precision(media_type), default=None)
        if naming is None or not naming.precision(media_type):
            continue
        rank = (naming.quality, naming.precision(media_type))
        if naming.quality > 0 and rank > best:
            best, preferred = rank, media_type
    return preferred
