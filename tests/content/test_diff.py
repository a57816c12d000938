"""Differences spell both texts, whatever the texts are."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.content.diff import Run, compare, diff_words
from lib.content.highlight import as_html

WORDS = st.sampled_from(["skin", "wind ", "<p>", "</p>", "<strong>", "&amp;", " ", "\n", "é", "日本", "<", ">", "🧴"])
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=40).map("".join))
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


def test_whoever_writes_the_same_word_over_and_over_keeps_nobody_waiting() -> None:
    """Counted, not timed: so many pairs of equal words are not compared one by one."""
    older, newer = "a " * 2_000, "b a " * 1_000
    assert [run.kind for run in diff_words(older, newer)] == ["delete", "insert"]
    prose = " ".join(f"word{number % 900}" for number in range(5_000))
    assert len(diff_words(prose, prose.replace("word7 ", "other "))) > 2


@given(text=st.text(alphabet=st.sampled_from("ab<>&\"'\ue000\ue001"), max_size=30))
def test_a_highlight_holds_no_markup_but_its_marks(text: str) -> None:
    shown = as_html(text)
    assert shown.count("<mark>") == shown.count("</mark>")
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert not set(plain) & set("<>\"'\ue000\ue001")
