"""The form that patterns of templates may have, so that any engine matches them in time proportional to the text.

PostgreSQL runs them, and the pages of a form may run them in JavaScript. Six repetitions in each other took 6 seconds
there. private.pattern_form_problem has the same rules; a test compares the two.
"""

import re
from typing import Final

MAX_CHARACTERS: Final = 200
MAX_REPETITIONS: Final = 30
# Characters that a pattern stands for. Repetitions count by their greatest number.
MAX_SIZE: Final = 300

_PARTS: Final = re.compile(r"\\.|\[\^?(?:\\.|[^][\\])+\]|\{[0-9]{1,2}(?:,[0-9]{0,2})?\}|\(\?:|.", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:[^a-zA-Z0-9]|[dDsSwWnrt])", re.DOTALL)
_CLASS: Final = re.compile(r"\[\^?(?:\\[^a-zA-Z0-9]|\\[dDsSwWnrt]|[^][\\])+\]", re.DOTALL)
_TIMES: Final = re.compile(r"([0-9]+),?\}")
_SIGNS: Final = r"\[]{}()|^$*+?"


def _kind(part: str) -> str:
    """Returns `a` for a character or a class, `q` for a repetition, the signs of groups, `x` for anything else."""
    if len(part) == 1 and part not in _SIGNS:
        return "a"
    if part in ("*", "+", "?") or (part.startswith("{") and len(part) > 1):
        return "q"
    if part in ("(", ")", "|", "^", "$"):
        return part
    if part == "(?:":
        return "("
    return "a" if _ESCAPE.fullmatch(part) or _CLASS.fullmatch(part) else "x"


def _times(part: str) -> int:
    found = _TIMES.search(part)
    return max(int(found[1]), 1) if found else 2


def pattern_problem(pattern: str) -> str | None:
    """Returns why a pattern may be slow to match; None if its form is one that is not."""
    if len(pattern) > MAX_CHARACTERS:
        return f"must have at most {MAX_CHARACTERS} characters"
    parts: list[str] = _PARTS.findall(pattern)
    kinds = [_kind(part) for part in parts]
    return _form_problem("".join(kinds).removeprefix("^").removesuffix("$")) or _size_problem(parts, kinds)


def _form_problem(form: str) -> str | None:
    if any(sign in form for sign in "x^$"):
        return "must consist of characters, classes, groups, alternatives and repetitions"
    if re.search(r"(^|[(|q])q", form):
        return "must repeat characters and groups, and no repetition"
    # A group without repetitions counts as one character, one with repetitions as `b`, which must not be repeated.
    for _ in range(3):
        form = re.sub(r"\([a|]*\)", "a", form)
    for _ in range(3):
        form = re.sub(r"\([abq|]*\)", "b", form)
    if "(" in form or ")" in form:
        return "must close each group, and have at most three groups in each other"
    return "must repeat no group that has repetitions" if "bq" in form else None


def _size_problem(parts: list[str], kinds: list[str]) -> str | None:
    places = [place for place, kind in enumerate(kinds) if kind == "q"]
    groups = [_times(parts[place]) for place in places if kinds[place - 1] == ")"]
    characters = [_times(parts[place]) for place in places if kinds[place - 1] != ")"]
    if kinds.count("a") * max(groups, default=1) + sum(characters) > MAX_SIZE or len(places) > MAX_REPETITIONS:
        return f"must have at most {MAX_REPETITIONS} repetitions, and stand for at most {MAX_SIZE} characters"
    return None
