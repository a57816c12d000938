"""Texts as people write them: which of them are the same, and where one may be cut (ADR 73).

``normalized`` is for texts that are stored, ``folded`` for comparisons in which case makes no difference, ``cut`` for
texts that are too long. The database has the last two as ``private.folded_case`` and ``private.cut_text``; both do the
same (``tests/cases``).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

# NFC would join a line through a letter to the end of a tag before it, and the tag would be none, also where other
# marks stand between the two.
_AFTER_TAG: Final = re.compile(r"(?<=[<>])(?=[^\x00-\x7f])")
# Characters that make no difference in comparisons: Default_Ignorable_Code_Point
# (https://www.unicode.org/reports/tr44/) without the marks of musical notation and shorthand.
_IGNORED: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_WIDE: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF61, 0xFFA0)},
}
_TOGETHER: Final = {
    ord(letter): letters
    for letter, letters in zip("ßﬀﬁﬂﬃﬄﬅﬆ", ("ss", "ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)
}
_DOTS: Final = re.compile("i\u0307+")
# A letter with more accents than this is cut.
_LONGEST_CLUSTER: Final = 50


def normalized(text: str) -> str:
    """Returns a text in NFC: letters and their accents as one character, where there is one."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return "".join(unicodedata.normalize("NFC", part) for part in _AFTER_TAG.split(text))


@lru_cache(maxsize=4096)
def _small(letter: str) -> str:
    """Returns the small form of a letter, by way of its capital form; letters that become several stay themselves."""
    capital = next((form for form in (letter.upper(), letter.title()) if len(form) == 1), letter)
    small = capital.lower()
    return small if len(small) == 1 else small[0]


def folded(text: str) -> str:
    """Returns a text as it is compared where case makes no difference: see ``private.folded_case``."""
    if text.isascii():
        return text.lower()
    shown = _IGNORED.sub("", unicodedata.normalize("NFC", text)).translate(_WIDE)
    small = "".join(map(_small, shown)).translate(_TOGETHER)
    return unicodedata.normalize("NFC", _DOTS.sub("i", small))


def cut(text: str, limit: int) -> str:
    """Returns the beginning of a text, at most ``limit`` characters, without a part of a grapheme cluster.

    https://unicode.org/reports/tr29/: an emoji, a flag or a letter with its accents stays whole. A first cluster that
    is longer than the limit is left out, unless it is longer than any that people write.
    """
    if len(text) <= limit or text.isascii():
        return text[: limit - 1] if text[max(limit - 1, 0) : limit + 1] == "\r\n" else text[:limit]
    import regex

    # Clusters are looked for from an earlier boundary on: two characters of ASCII are always parted.
    start = limit
    while start > 0 and not (text[start].isalnum() and text[start].isascii() and text[start - 1].isascii()):
        start -= 1
        if limit - start > 1000:
            break
    end = start
    for cluster in regex.finditer(r"\X", text[start : limit + _LONGEST_CLUSTER]):
        if start + cluster.end() > limit:
            break
        end = start + cluster.end()
    return text[:end] if limit - end < _LONGEST_CLUSTER else text[:limit]
