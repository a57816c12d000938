"""The difference between two versions of something that has named parts: part by part, texts word by word."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from lib.core.word_diff import MAX_RUNS, Run, diff_words

_ABSENT: Final = object()


class PartChange(NamedTuple):
    """A part that differs."""

    field: str
    """The path of the part."""
    kind: Literal["added", "removed", "changed"]
    before: Any = None
    after: Any = None
    runs: list[Run] | None = None
    """The difference between texts; None for other values."""


def compare_parts(
    before: Mapping[str, Any], after: Mapping[str, Any], *, is_text: Callable[[str], bool] = lambda _: True
) -> Iterator[PartChange]:
    """Yields the parts that differ, by path. All their texts share the runs of one comparison.

    ``is_text`` tells by its path whether a part that is a string is a text to be read word by word.
    """
    runs_left = MAX_RUNS
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if old == new and type(old) is type(new):
            continue
        if old is _ABSENT:
            yield PartChange(path, "added", after=new)
        elif new is _ABSENT:
            yield PartChange(path, "removed", before=old)
        else:
            are_texts = isinstance(old, str) and isinstance(new, str) and is_text(path)
            runs = diff_words(old, new, most=runs_left) if are_texts else None
            runs_left = max(runs_left - len(runs or ()), 0)
            yield PartChange(path, "changed", old, new, runs)
