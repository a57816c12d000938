"""The difference between two versions of a claim: field by field, texts word by word."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic.alias_generators import to_camel

from lib.claims.statements.models import ClaimDifference
from lib.core.word_diff import MAX_RUNS, diff_words

# Not what a claim says: who made the version, and when.
_SKIPPED: Final = ("claim_id", "version", "created_by", "created_at")
_ABSENT: Final = object()


def _parts(version: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in version.items():
        if name == "text":
            yield from ((f"text.{language}", text) for language, text in value.items())
        elif name not in _SKIPPED and value is not None:
            yield to_camel(name), value


def compare(older: dict[str, Any], newer: dict[str, Any]) -> list[ClaimDifference]:
    """Returns the changes from one version, as a row, to the other, by path."""
    before, after = dict(_parts(older)), dict(_parts(newer))
    changes: list[ClaimDifference] = []
    runs_left = MAX_RUNS
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if old == new:
            continue
        if old is _ABSENT:
            changes.append(ClaimDifference(field=path, kind="added", after=new))
        elif new is _ABSENT:
            changes.append(ClaimDifference(field=path, kind="removed", before=old))
        else:
            is_text = path.startswith("text.") or path == "notes"
            runs = diff_words(old, new, most=runs_left) if is_text else None
            runs_left = max(runs_left - len(runs or ()), 0)
            changes.append(ClaimDifference(field=path, kind="changed", before=old, after=new, runs=runs))
    return changes
