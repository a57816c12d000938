"""What became of a content between two versions: field by field, word by word.

A difference is a list of runs, ``equal``, ``delete`` and ``insert``: the runs that are not inserted spell the older
text, those that are not deleted the newer one. Of rich text the tags are words like others: markup is compared too.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from pydantic import Field

from lib.core.http.models import ResponseModel

# A tag, an entity, a word, a run of spaces, or any other single character: nothing of the text is lost between them.
_TOKENS: Final = re.compile(r"<[^<>]*>|&#?\w{1,10};|\w+|\s+|.", re.DOTALL)
# Comparing costs, in the worst case, as much as there are pairs of equal words, and does so again for each part that is
# left: beyond this a whole text is given for a whole text. Ordinary prose of ten thousand words is far below it.
MAX_PAIRS: Final = 400_000

type Kind = Literal["equal", "delete", "insert"]


class Run(ResponseModel):
    kind: Kind
    text: str = Field(examples=["cold "])


class FieldChange(ResponseModel):
    """One part of a content: ``field`` is a path such as ``title`` or ``fields.headline``.

    Texts have ``runs``; every other value is given as it was and as it is.
    """

    field: str = Field(examples=["fields.headline"])
    kind: Literal["added", "removed", "changed"]
    before: Any = Field(default=None, examples=["Cold wind"])
    after: Any = Field(default=None, examples=["Cold dry wind"])
    runs: list[Run] | None = None


class Comparison(ResponseModel):
    from_version: int = Field(ge=1)
    to_version: int = Field(ge=1)
    changes: list[FieldChange]


# Parts of a content whose keys are compared one by one.
_MAPS: Final = ("fields", "metadata")
# Where it comes from and what computed it: no part of what people compare.
_SKIPPED: Final = ("template_id", "template_version", "parent_id", "published_by")
_ABSENT: Final = object()


def diff_words(older: str, newer: str) -> list[Run]:
    """Runs that turn one text into the other; neighbours are of different kinds, none is empty."""
    if older == newer:
        return [Run(kind="equal", text=older)] if older else []
    before, after = _TOKENS.findall(older), _TOKENS.findall(newer)
    # Words that are everywhere, as spaces are, are no places to begin a match at: `autojunk` passes over them.
    matcher = SequenceMatcher(None, before, after, autojunk=True)
    # Documented, and missing from the type stubs: where each word stands in the newer text.
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
    for name, value in snapshot.items():
        if name in _MAPS:
            yield from ((f"{name}.{key}", item) for key, item in value.items())
        elif name not in _SKIPPED and value is not None:
            yield name, value


def compare(older: dict[str, Any], newer: dict[str, Any]) -> list[FieldChange]:
    """The changes from one snapshot to the other, by path."""
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
