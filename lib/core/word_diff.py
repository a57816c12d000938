"""The difference between two texts, word by word.

A difference is a list of runs, ``equal``, ``delete`` and ``insert``: the runs that are not inserted spell the older
text, those that are not deleted the newer one. Tags of rich text are compared as words.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from pydantic import Field

from lib.core.alignment import align
from lib.core.http.models import ResponseModel

# A tag, an entity, a word, a run of spaces, or any other single character: nothing of the text is lost between them.
_TOKENS: Final = re.compile(r"<[^<>]*>|&#?\w{1,10};|\w+|\s+|.", re.DOTALL)
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


def diff_words(older: str, newer: str, *, most: int = MAX_RUNS) -> list[Run]:
    """Returns at most so many runs that turn one text into the other, or two: the whole texts.

    Neighbours are of different kinds, and none is empty. The time is linear in the texts: parts that have little in
    common are given as a whole.
    """
    if older == newer:
        return [Run(kind="equal", text=older)] if older else []
    before, after = _TOKENS.findall(older), _TOKENS.findall(newer)
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
