"""Finds the JSON object in the answer of a model, which may be fenced, wrapped in prose, or slightly wrong.

One reader decides for all tools. Its repairs are unambiguous: an object that is not whole stays malformed, so that
an answer that was cut off is never taken for a whole one.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic_core import from_json

# Reasoning that some models write before their answer.
_THOUGHTS: Final = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?</\1>", re.DOTALL)
_THINKING: Final = re.compile(r"\s*<(think|thinking|reasoning)>")
# Possessive, so that each takes time in proportion to the answer.
_FENCED: Final = re.compile(r"```[ \t]*+[A-Za-z0-9]{0,10}+[ \t]*+\r?\n(.*?)```", re.DOTALL)
_FENCE: Final = re.compile(r"\A```[ \t]*+[A-Za-z0-9]{0,10}+[ \t]*+\r?\n?")
_END_OF_FENCE: Final = re.compile(r"\A\s*```(?=\s|\Z)")
# Outside of texts, of which the last one may have no end: a comma before the end of an object or a list.
_TRAILING_COMMA: Final = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)
# The beginning of an object: braces of other texts have no quotation mark behind them.
_OBJECT: Final = re.compile(r'\{\s*+(?:"|\Z)')
_DECODER: Final = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
# Characters that PostgreSQL cannot store in a text: NUL, and halves of surrogate pairs.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
MAX_DEPTH: Final = 40


def beginning_of_object(text: str) -> int:
    """Returns where the JSON object of an answer begins that is still being written; -1 if it has not begun."""
    thoughts = _THOUGHTS.match(text)
    if thoughts is None and _THINKING.match(text):
        return -1
    return text.find("{", thoughts.end() if thoughts else 0)


def read_object(text: str) -> dict[str, Any]:
    """Returns the object. Raises ValueError if there is none that is whole, or if another one behind it is not.

    Reads the whole text, else the last fenced block, else what begins with the first brace, at last outside of fences.
    A text or a list that holds nothing but the object stands for it. Characters that cannot be stored are left out.
    """
    answer = _bare(text)
    try:
        found: Any = from_json(answer)
    except ValueError:
        found = _found_in(answer)
    for _ in range(2):
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        elif isinstance(found, str):
            found = _found_in(found)
    if not isinstance(found, dict):
        raise ValueError("the answer holds no object")  # noqa: TRY004 - the text is wrong, not the type of an argument
    return _cleaned(found)


def is_whole(text: str) -> bool:
    """Tells whether an answer is one JSON document from its beginning to its end, in a fence or without one."""
    answer = _THOUGHTS.sub("", _bare(text), count=1).strip()
    if answer.startswith("```"):
        answer = _FENCE.sub("", answer).removesuffix("```").strip()
    decoded = _decoded(answer)
    return decoded is not None and not decoded[1].strip()


def _bare(text: str) -> str:
    return text.strip().removeprefix("\ufeff").strip()


def _decoded(text: str) -> tuple[Any, str] | None:
    """Reads the value that a text begins with, if need be without commas that are too many. Returns it and the rest."""
    for repair in (False, True):
        written = _TRAILING_COMMA.sub(r"\1", text) if repair else text
        try:
            found, end = _DECODER.raw_decode(written)
        except (ValueError, RecursionError):
            continue
        return found, written[end:]
    return None


def _found_in(answer: str) -> Any:
    for candidate, behind in _candidates(_THOUGHTS.sub("", answer, count=1).strip()):
        decoded = _decoded(candidate)
        if decoded is not None and (isinstance(decoded[0], dict) or not decoded[1].strip()):
            if _is_unfinished(decoded[1] + behind):
                raise ValueError("the answer was cut off behind an object")
            return decoded[0]
    return None


def _candidates(answer: str) -> Iterator[tuple[str, str]]:
    """Yields where the object may be, and what follows that in the answer."""
    yield answer, ""
    blocks = list(_FENCED.finditer(answer))
    if blocks:
        yield blocks[-1][1].strip(), answer[blocks[-1].end() :]
    elif answer.startswith("```"):
        yield _FENCE.sub("", answer).strip(), ""
    for text in (answer, _FENCED.sub("", answer) if blocks else ""):
        brace = beginning_of_object(text)
        if brace >= 0:
            yield text[brace:], ""


def _is_unfinished(rest: str) -> bool:
    """Tells whether what follows an object holds a fence or another object without an end."""
    if "```" in _FENCED.sub("", _END_OF_FENCE.sub("", rest)):
        return True
    place = 0
    while following := _OBJECT.search(rest, place):
        try:
            _, place = _DECODER.raw_decode(rest, following.start())
        except (ValueError, RecursionError):
            return _decoded(rest[following.start() :]) is None
    return False


def _cleaned(value: Any, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError("the answer is nested too deeply")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _cleaned(item, depth + 1) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return [_cleaned(item, depth + 1) for item in value] if isinstance(value, list) else value


class SoundText:
    """Joins the pieces of a text, whose surrogate pairs some providers split between two pieces."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        """Returns the next piece that can be stored and sent. The first half of a pair waits for the second one."""
        text = self._half + piece
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return storable(text)


def storable(text: str) -> str:
    """Joins halves of surrogate pairs that came apart, and removes those that are alone, and NUL characters."""
    if _UNSTORABLE.search(text) is None:
        return text
    joined = _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return _UNSTORABLE.sub("", joined)
