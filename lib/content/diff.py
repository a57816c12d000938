"""The difference between two versions of a content: field by field, word by word.

A difference is a list of runs, ``equal``, ``delete`` and ``insert``: the runs that are not inserted spell the older
text, those that are not deleted the newer one. Tags of rich text are compared as words.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from pydantic import Field
from pydantic.alias_generators import to_camel

from lib.core.http.models import ResponseModel

# A tag, an entity, a word, a run of spaces, or any other single character: nothing of the text is lost between them.
_TOKENS: Final = re.compile(r"<[^<>]*>|&#?\w{1,10};|\w+|\s+|.", re.DOTALL)
# The time of a comparison grows with the pairs of equal words, for each part that is left. Beyond this number the
# answer is one whole text for the other. Prose of ten thousand words is far below it.
MAX_PAIRS: Final = 400_000

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


def diff_words(older: str, newer: str) -> list[Run]:
    """Returns runs that turn one text into the other; neighbours are of different kinds, none is empty."""
    if older == newer:
        return [Run(kind="equal", text=older)] if older else []
    before, after = _TOKENS.findall(older), _TOKENS.findall(newer)
    # `autojunk` begins no match at words that are everywhere, such as spaces.
    matcher = SequenceMatcher(None, before, after, autojunk=True)
    # The places of each word in the newer text: documented, and missing from the type stubs.
    places: dict[str, list[int]] = vars(matcher)["b2j"]
    if sum(len(places.get(token, ())) for token in before) > MAX_PAIRS:
        return _merged([("delete", older), ("insert", newer)])
    found: list[tuple[Kind, str]] = []
    for _, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        removed, added = "".join(before[from_old:to_old]), "".join(after[from_new:to_new])
        if removed == added:
            found.append(("equal", removed))
        else:
            found.append(("delete", removed))
            found.append(("insert", added))
    return _merged(found)


def _merged(runs: list[tuple[Kind, str]]) -> list[Run]:
    merged: list[Run] = []
    for kind, text in runs:
        if not text:
            continue
        if merged and merged[-1].kind == kind:
            merged[-1].text += text
        else:
            merged.append(Run(kind=kind, text=text))
    return merged


def _parts(snapshot: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yields the parts of a snapshot with their paths in the API; a snapshot has the names of columns."""
    for name, value in snapshot.items():
        if name in _MAPS:
            yield from ((f"{name}.{key}", item) for key, item in value.items())
        elif name not in _SKIPPED and value is not None:
            yield to_camel(name), value


def compare(older: dict[str, Any], newer: dict[str, Any]) -> list[FieldChange]:
    """Returns the changes from one snapshot to the other, by path."""
    before, after = dict(_parts(older)), dict(_parts(newer))
    changes: list[FieldChange] = []
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if old == new and type(old) is type(new):
            continue
        if old is _ABSENT:
            changes.append(FieldChange(field=path, kind="added", after=new))
        elif new is _ABSENT:
            changes.append(FieldChange(field=path, kind="removed", before=old))
        else:
            runs = diff_words(old, new) if isinstance(old, str) and isinstance(new, str) else None
            changes.append(FieldChange(field=path, kind="changed", before=old, after=new, runs=runs))
    return changes
