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
_FENCED: Final = re.compile(r"```[ \t]*[A-Za-z0-9]{0,10}[ \t]*\r?\n(.*?)```", re.DOTALL)
_FENCE: Final = re.compile(r"\A```[ \t]*[A-Za-z0-9]{0,10}[ \t]*\r?\n?")
# Outside of texts: a comma before the end of an object or a list.
_TRAILING_COMMA: Final = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")|,(?=\s*[}\]])', re.DOTALL)
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
    """Returns the object. Raises ValueError if there is none that is whole.

    Reads the whole text, else the last fenced block, else what begins with the first brace, at last outside of fences.
    A text or a list that holds nothing but the object stands for it. Characters that cannot be stored are left out.
    """
    answer = text.strip().removeprefix("\ufeff").strip()
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


def _found_in(answer: str) -> Any:
    for candidate in _candidates(_THOUGHTS.sub("", answer, count=1).strip()):
        for text in dict.fromkeys((candidate, _TRAILING_COMMA.sub(r"\1", candidate))):
            try:
                found, end = _DECODER.raw_decode(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict) or not text[end:].strip():
                return found
    return None


def _candidates(answer: str) -> Iterator[str]:
    yield answer
    blocks = _FENCED.findall(answer)
    if blocks:
        yield blocks[-1].strip()
    elif answer.startswith("```"):
        yield _FENCE.sub("", answer).strip()
    for text in (answer, _FENCED.sub("", answer) if blocks else ""):
        brace = beginning_of_object(text)
        if brace >= 0:
            yield text[brace:]


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
