"""The difference between two texts, word by word.

A difference is a list of runs, ``equal``, ``delete`` and ``insert``: the runs that are not inserted spell the older
text, those that are not deleted the newer one. Tags of rich text are compared as words. In scripts that set no spaces
between words, characters are compared as readers see them. No run begins or ends within a grapheme cluster
(https://unicode.org/reports/tr29/), such as an emoji, a flag, a letter with its accents, or a syllable.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, Literal

from pydantic import Field

from lib.core.alignment import align
from lib.core.http.models import ResponseModel

# A tag, an entity, a word, a run of spaces, or any other single character: nothing of the text is lost between them.
_TOKENS: Final = re.compile(r"<[^<>]*>|&#?\w{1,10};|\w+|\s+|.", re.DOTALL)
# The same for texts with more than ASCII; {marks} is what belongs to the character before it.
_UNICODE_TOKENS: Final = r"""
    (?:<[^<>]*>|&\#?\w{{1,10}};|\s+)(?:{marks}+(?:[\p{{L}}--{single}]{marks}*)*)?
    |(?:[[\p{{L}}\p{{N}}\p{{M}}_]--{single}--{unspaced}]{marks}*)+
    |\X
"""
_MARKS: Final = r"[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]"
# Letters that are a token each: ideographs and kana, prefixes of what follows, and those that are emoji.
_SINGLE: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{GCB=Prepend}\p{Extended_Pictographic}]"
# Other scripts that set no spaces between words.
_UNSPACED: Final = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tai_Le}\p{New_Tai_Lue}\p{Tai_Tham}]"
# The runs of one comparison. More than a reader can use are made fewer: what is common counts as changed where it is
# shorter than so many characters.
MAX_RUNS: Final = 5_000
_SHORT: Final = (16, 256)

type Kind = Literal["equal", "delete", "insert"]


class Run(ResponseModel):
    """A part of a text."""

    kind: Kind
    """Whether the part is in both versions, in the older one only, or in the newer one only."""
    text: str = Field(examples=["cold "])
    """The part."""


@cache
def _unicode_tokens() -> Any:
    import regex

    pattern = _UNICODE_TOKENS.format(marks=_MARKS, single=_SINGLE, unspaced=_UNSPACED)
    return regex.compile(pattern, regex.VERBOSE | regex.VERSION1 | regex.DOTALL)


def tokens_of(text: str) -> list[str]:
    """Cuts a text into what is compared as one. Joined, the parts are the text."""
    return _TOKENS.findall(text) if text.isascii() else _unicode_tokens().findall(text)


def diff_words(older: str, newer: str, *, most: int = MAX_RUNS) -> list[Run]:
    """Returns at most so many runs that turn one text into the other, or two: the whole texts.

    Neighbours are of different kinds, and none is empty. The time is linear in the texts: parts that have little in
    common are given as a whole.
    """
    if older == newer:
        return [Run(kind="equal", text=older)] if older else []
    before, after = tokens_of(older), tokens_of(newer)
    runs = _merged(_found(before, after))
    for shortest in _SHORT:
        if len(runs) <= most:
            break
        runs = _merged(_without_short(runs, shortest))
    if len(runs) > max(most, 2):
        runs = _merged([("delete", older), ("insert", newer)])
    return [Run(kind=kind, text=text) for kind, text in runs]


def _found(before: list[str], after: list[str]) -> Iterator[tuple[Kind, str]]:
    """Yields the runs, word by word where they are equal."""
    place = place_after = 0
    for common, common_after in (*align(before, after), (len(before), len(after))):
        yield "delete", "".join(before[place:common])
        yield "insert", "".join(after[place_after:common_after])
        yield "equal", "".join(before[common : common + 1])
        place, place_after = common + 1, common_after + 1


def _without_short(runs: list[tuple[Kind, str]], shortest: int) -> Iterator[tuple[Kind, str]]:
    for kind, text in runs:
        if kind == "equal" and len(text) < shortest:
            yield "delete", text
            yield "insert", text
        else:
            yield kind, text


def _merged(runs: Iterable[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """Returns runs of which none is empty, and one that is deleted and one that is inserted between equal ones."""
    parts: dict[Kind, list[str]] = {"equal": [], "delete": [], "insert": []}
    merged: list[tuple[Kind, str]] = []

    def finish(*kinds: Kind) -> None:
        for kind in kinds:
            if parts[kind]:
                merged.append((kind, "".join(parts[kind])))
                parts[kind].clear()

    for kind, text in runs:
        if text:
            finish(*(("delete", "insert") if kind == "equal" else ("equal",)))
            parts[kind].append(text)
    finish("equal", "delete", "insert")
    return merged
