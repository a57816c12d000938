"""Differences spell both texts, whatever the texts are."""

import json
import time
from collections.abc import Callable, Sequence
from itertools import accumulate, combinations, pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from lib.content.diff import compare
from lib.content.highlight import as_html
from lib.core.alignment import align
from lib.core.word_diff import MAX_RUNS, Run, diff_words

CASES = json.loads((Path(__file__).parents[1] / "cases" / "differences.json").read_text())
EMOJI = ["👩\u200d🚀", "👩", "👍🏽", "🇩🇪", "🇫"]
CLUSTERS = st.sampled_from(
    [*EMOJI, "e\u0301", "हिन्दी", "न्", "द", "각", "\u1100", "\u1161", "\u11a8", "深", "度", "ภา", "ษ"]
)
WORDS = st.sampled_from(["skin", "wind ", "<p>", "</p>", "<strong>", "&amp;", " ", "\n", "é", "日本", "<", ">", "🧴"])
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS | CLUSTERS, max_size=40).map("".join))
VALUES = st.one_of(st.none(), TEXTS, st.integers(), st.booleans(), st.lists(TEXTS, max_size=3))
SNAPSHOTS = st.fixed_dictionaries(
    {"title": TEXTS, "fields": st.dictionaries(st.sampled_from("abcd"), VALUES), "metadata": st.just({})},
    optional={"body": TEXTS, "tags": st.lists(TEXTS, max_size=3), "excerpt": st.none() | TEXTS},
)


def older_text(runs: list[Run]) -> str:
    return "".join(run.text for run in runs if run.kind != "insert")


def newer_text(runs: list[Run]) -> str:
    return "".join(run.text for run in runs if run.kind != "delete")


@given(older=TEXTS, newer=TEXTS)
def test_runs_spell_both_texts(older: str, newer: str) -> None:
    runs = diff_words(older, newer)
    assert (older_text(runs), newer_text(runs)) == (older, newer)
    assert all(run.text for run in runs)
    assert all(left.kind != right.kind for left, right in pairwise(runs))


@given(text=TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert [run.kind for run in diff_words(text, text)] in ([], ["equal"])


def boundaries(parts: Sequence[str]) -> set[int]:
    return {0, *accumulate(map(len, parts))}


@given(older=TEXTS, newer=TEXTS)
def test_no_run_begins_or_ends_within_a_character_as_readers_see_it(older: str, newer: str) -> None:
    runs = diff_words(older, newer)
    for text, left_out in ((older, "insert"), (newer, "delete")):
        assert boundaries([run.text for run in runs if run.kind != left_out]) <= boundaries(regex.findall(r"\X", text))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_what_differs(case: dict[str, Any]) -> None:
    runs = diff_words(case["older"], case["newer"])
    assert [run.text for run in runs if run.kind == "delete"] == case["deleted"]
    assert [run.text for run in runs if run.kind == "insert"] == case["inserted"]


def apply(changes: list[Any], older: dict[str, Any]) -> dict[str, Any]:
    """The newer snapshot, from the older one and the changes."""
    out = {name: dict(value) if isinstance(value, dict) else value for name, value in older.items()}
    for change in changes:
        name, _, key = change.field.partition(".")
        place, name = (out[name], key) if key else (out, name)
        if change.kind == "removed":
            del place[name]
        elif change.runs is not None:
            assert older_text(change.runs) == place[name]
            place[name] = newer_text(change.runs)
        else:
            place[name] = change.after
    return out


def present(snapshot: dict[str, Any]) -> dict[str, Any]:
    """A column that holds nothing is as good as none."""
    return {name: value for name, value in snapshot.items() if value is not None}


@given(older=SNAPSHOTS, newer=SNAPSHOTS)
def test_changes_applied_to_one_version_give_the_other(older: dict[str, Any], newer: dict[str, Any]) -> None:
    older, newer = present(older), present(newer)
    assert apply(compare(older, newer), older) == newer


def words(count: int, kinds: int) -> list[str]:
    return [f"w{number}" for number in Random(1).choices(range(kinds), k=count)]


def shuffled(items: list[str]) -> list[str]:
    return Random(1).sample(items, len(items))


def pairs_of(items: list[str]) -> list[str]:
    return [item for left, right in zip(items[::2], items[1::2], strict=False) for item in (right, left)]


def unlike(count: int) -> list[str]:
    return [f"n{number}" for number in range(count)]


def small_parts(count: int, part: str) -> str:
    return "".join(f" n{number} " + part * 20 for number in range(count))


# Texts of about so many characters, which once took from seconds to minutes.
SHAPES: dict[str, Callable[[int], tuple[str, str]]] = {
    "different": lambda size: (" ".join(unlike(size // 6)), " ".join(f"x{word}" for word in unlike(size // 6))),
    "one character": lambda size: ("a" * size, "a" * (size - 1) + "b"),
    "one word": lambda size: ("a " * (size // 2), "b a " * (size // 4)),
    "punctuation": lambda size: ("!" * size, "!?" * (size // 2)),
    "shuffled": lambda size: (" ".join(unlike(size // 6)), " ".join(shuffled(unlike(size // 6)))),
    "swapped": lambda size: (" ".join(unlike(size // 6)), " ".join(pairs_of(unlike(size // 6)))),
    "few words": lambda size: (" ".join(words(size // 4, 90)), " ".join(words(size // 4, 91))),
    "every space": lambda size: (" ".join(unlike(size // 6)), "  ".join(unlike(size // 6))),
    "small parts": lambda size: (small_parts(size // 50, "!?"), small_parts(size // 50, "?!")),
    "tags": lambda size: ("<p>a</p>" * (size // 8), "<p>b</p>" * (size // 8)),
    "ideographs": lambda size: ("深度学习模型" * (size // 6), "深度学习方法" * (size // 6)),
    "accents": lambda size: ("e\u0301" * (size // 2), "e\u0300" * (size // 2)),
    "emoji": lambda size: ("👩\u200d🚀" * (size // 3), "👩\u200d🔬" * (size // 3)),
    "half-open tags": lambda size: ("<é" * (size // 2), "<è" * (size // 2)),
}


def seconds_for(shape: str, size: int) -> float:
    older, newer = SHAPES[shape](size)
    taken: list[float] = []
    for _ in range(3):
        start = time.process_time()
        runs = diff_words(older, newer)
        taken.append(time.process_time() - start)
        assert (older_text(runs), newer_text(runs)) == (older, newer)
        assert len(runs) <= MAX_RUNS
    return min(taken)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_grows_with_the_length_and_not_with_its_square(shape: str) -> None:
    """Four times the text takes four times the time; with the square of the length it would take sixteen times."""
    assert seconds_for(shape, 60_000) < 9 * max(seconds_for(shape, 15_000), 0.005)


def test_edits_of_a_long_text_are_found() -> None:
    older = words(9_000, 900)
    newer = ["edited" if number % 100 == 0 else word for number, word in enumerate(older)]
    runs = diff_words(" ".join(older), " ".join(newer))
    assert [run.text for run in runs if run.kind == "insert"] == ["edited"] * 90


@given(older=st.lists(st.sampled_from("abc"), max_size=12), newer=st.lists(st.sampled_from("abc"), max_size=12))
def test_short_texts_are_aligned_as_well_as_possible(older: list[str], newer: list[str]) -> None:
    best = max(
        len(kept) for size in range(len(older) + 1) for kept in combinations(older, size) if is_subsequence(kept, newer)
    )
    pairs = align(older, newer)
    assert len(pairs) == best
    assert all(older[place] == newer[other] for place, other in pairs)
    assert all(left[0] < right[0] and left[1] < right[1] for left, right in pairwise(pairs))


def is_subsequence(items: Sequence[str], of: Sequence[str]) -> bool:
    rest = iter(of)
    return all(item in rest for item in items)


def test_a_comparison_of_many_fields_has_a_bounded_number_of_runs() -> None:
    older = {"fields": {f"f{number}": " ".join(unlike(600)) for number in range(40)}}
    newer = {"fields": {name: "  ".join(text.split(" ")) for name, text in older["fields"].items()}}
    changes = compare(older, newer)
    assert sum(len(change.runs or ()) for change in changes) <= MAX_RUNS + 2 * len(changes)


@given(text=st.text(alphabet=st.sampled_from("ab<>&\"'\ue000\ue001"), max_size=30))
def test_a_highlight_holds_no_markup_but_its_marks(text: str) -> None:
    shown = as_html(text)
    assert shown.count("<mark>") == shown.count("</mark>")
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert not set(plain) & set("<>\"'\ue000\ue001")
