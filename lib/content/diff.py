"""The difference between two versions of a content: field by field, word by word.

A difference is a list of runs, ``equal``, ``delete`` and ``insert``: the runs that are not inserted spell the older
text, those that are not deleted the newer one. Tags of rich text are compared as words.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

from pydantic import Field
from pydantic.alias_generators import to_camel

from lib.content.alignment import align
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


class FieldChange(ResponseModel):
    """A change of one part of a content."""

    field: str = Field(examples=["fields.headline"])
    """The path of the part, such as `title` or `fields.headline`."""
    kind: Literal["added", "removed", "changed"]
    """The kind of the change."""
    before: Any = Field(default=None, examples=["Cold wind"])
    """The value in the older version; null if it was added."""
    after: Any = Field(default=None, examples=["Cold dry wind"])
    """The value in the newer version; null if it was removed."""
    runs: list[Run] | None = None
    """The difference between changed texts, word by word; null for other values."""


class Comparison(ResponseModel):
    """The difference between two versions of a content."""

    from_version: int = Field(ge=1)
    """The number of the older version."""
    to_version: int = Field(ge=1)
    """The number of the newer version."""
    changes: list[FieldChange]
    """The parts that differ, by path."""


# Parts of a content whose keys are compared one by one.
_MAPS: Final = ("fields", "metadata")
# Not written by people.
_SKIPPED: Final = ("template_id", "template_version", "parent_id", "published_by")
_ABSENT: Final = object()


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


def _parts(snapshot: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yields the parts of a snapshot with their paths in the API; a snapshot has the names of columns."""
    for name, value in snapshot.items():
        if name in _MAPS:
            yield from ((f"{name}.{key}", item) for key, item in value.items())
        elif name not in _SKIPPED and value is not None:
            yield to_camel(name), value


def compare(older: dict[str, Any], newer: dict[str, Any]) -> list[FieldChange]:
    """Returns the changes from one snapshot to the other, by path. To be called in ``run_heavy``: texts are long."""
    before, after = dict(_parts(older)), dict(_parts(newer))
    changes: list[FieldChange] = []
    runs_left = MAX_RUNS
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if old == new and type(old) is type(new):
            continue
        if old is _ABSENT:
            changes.append(FieldChange(field=path, kind="added", after=new))
        elif new is _ABSENT:
            changes.append(FieldChange(field=path, kind="removed", before=old))
        else:
            runs = diff_words(old, new, most=runs_left) if isinstance(old, str) and isinstance(new, str) else None
            runs_left = max(runs_left - len(runs or ()), 0)
            changes.append(FieldChange(field=path, kind="changed", before=old, after=new, runs=runs))
    return changes
