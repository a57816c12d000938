"""The difference between two versions of a content: field by field, word by word."""

from collections.abc import Iterator
from typing import Any, Final, Literal

from pydantic import Field
from pydantic.alias_generators import to_camel

from lib.core.http.models import ResponseModel
from lib.core.part_diff import compare_parts
from lib.core.word_diff import Run


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
_SKIPPED: Final = ("template_id", "template_version", "parent_id", "published_by", "plain_texts")


def _parts(snapshot: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yields the parts of a snapshot with their paths in the API; a snapshot has the names of columns."""
    for name, value in snapshot.items():
        if name in _MAPS:
            yield from ((f"{name}.{key}", item) for key, item in value.items())
        elif name not in _SKIPPED and value is not None:
            yield to_camel(name), value


def compare(older: dict[str, Any], newer: dict[str, Any]) -> list[FieldChange]:
    """Returns the changes from one snapshot to the other, by path. To be called in ``run_heavy``: texts are long."""
    changes = compare_parts(dict(_parts(older)), dict(_parts(newer)))
    return [
        FieldChange(field=field, kind=kind, before=before, after=after, runs=runs)
        for field, kind, before, after, runs in changes
    ]
