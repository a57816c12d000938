"""The difference between two versions of a claim: field by field, texts word by word."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic.alias_generators import to_camel

from lib.claims.statements.models import ClaimDifference
from lib.core.part_diff import compare_parts

# Not what a claim says: who made the version, and when.
_SKIPPED: Final = ("claim_id", "version", "created_by", "created_at")


def _parts(version: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in version.items():
        if name == "text":
            yield from ((f"text.{language}", text) for language, text in value.items())
        elif name not in _SKIPPED and value is not None:
            yield to_camel(name), value


def compare(older: dict[str, Any], newer: dict[str, Any]) -> list[ClaimDifference]:
    """Returns the changes from one version, as a row, to the other, by path."""
    changes = compare_parts(
        dict(_parts(older)), dict(_parts(newer)), is_text=lambda path: path.startswith("text.") or path == "notes"
    )
    return [
        ClaimDifference(field=field, kind=kind, before=before, after=after, runs=runs)
        for field, kind, before, after, runs in changes
    ]
