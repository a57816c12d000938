"""Checks in code that another wording of a claim says neither more nor less than the claim.

A model is not trusted to keep what makes a claim lawful: its numbers with their units, its marks of footnotes, and the
words that limit it. Words are looked up by language; a language without a list is checked by numbers and marks only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lib.ai.text.qualifiers import ADDING, NUMBER_WORDS, QUALIFIERS, UNITS

_NUMBER: Final = re.compile(r"\d+(?:[.,\u00a0\u202f']\d+)*")
_MARKS: Final = "*†‡§¹²³⁴®™"
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f']\d{3})+")
# A letter, so that "may" is not found in "mayor", and so that a word of any script is whole.
_LETTER: Final = r"[^\W\d_]"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that a wording lost or added."""

    kind: str
    """number, mark, qualifier or word."""
    what: str
    is_added: bool = False

    def __str__(self) -> str:
        return f"the {self.kind} {self.what} is {'new' if self.is_added else 'missing'}"


def _value(digits: str) -> str:
    """Normalises a number: ``1,000`` is 1000, ``2,50`` is 2.5."""
    if _GROUPED.fullmatch(digits) and not digits.startswith("0"):
        return re.sub(r"\D", "", digits)
    whole, _, fraction = re.sub(r"[,\u00a0\u202f']", ".", digits).rpartition(".")
    if not whole:
        return digits.lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    return (whole.replace(".", "").lstrip("0") or "0") + (f".{fraction}" if fraction else "")


def _unit(rest: str) -> str:
    found = re.match(rf"[\s\u00a0-]{{0,2}}(%|‰|°\s?[CF]|[µμ]?{_LETTER}+(?:\s(?:cent|ciento|mille)(?!\w))?)", rest)
    if not found:
        return ""
    word = found[1].casefold().replace(" ", "").replace("μ", "µ")
    first = re.match(rf"(?:%|‰|°[cf]|[µ]?{_LETTER}+)", word)
    return UNITS.get(word) or (UNITS.get(first[0], "") if first else "")


def _numbers(text: str, language: str) -> Iterator[str]:
    """Yields the numbers of a text, each with its unit; small numbers in words count as numbers."""
    words = NUMBER_WORDS.get(language, {})
    if words:
        text = re.sub(rf"{_LETTER}+", lambda found: words.get(found[0].casefold(), found[0]), text)
    for found in _NUMBER.finditer(text):
        unit = _unit(text[found.end() : found.end() + 24])
        yield f"{_value(found[0])} {unit}".strip()


def _has(text: str, phrase: str) -> bool:
    """Tells whether a phrase stands in a text, whole; ``help*`` also finds what begins so, ``*free`` what ends so."""
    before = "" if phrase.startswith("*") else rf"(?<!{_LETTER})"
    end = "" if phrase.endswith("*") else rf"(?!{_LETTER})"
    return re.search(before + re.escape(phrase.strip("*")) + end, text) is not None


def _prepared(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def differences(claim: str, wording: str, language: str) -> list[Difference]:
    """Lists the parts of a claim's meaning that a wording lost, and those that it adds."""
    short = language[:2].lower()
    before, after = list(_numbers(claim, short)), list(_numbers(wording, short))
    found = [Difference("number", number) for number in dict.fromkeys(before) if number not in after]
    found += [Difference("number", number, is_added=True) for number in dict.fromkeys(after) if number not in before]
    found += [Difference("mark", mark) for mark in _MARKS if mark in claim and mark not in wording]
    old, new = _prepared(claim), _prepared(wording)
    for phrases in QUALIFIERS.get(short, ()):
        said = next((phrase for phrase in phrases if _has(old, phrase)), None)
        if said and not any(_has(new, phrase) for phrase in phrases):
            found.append(Difference("qualifier", f'"{said.strip("*")}"'))
    for phrases in ADDING.get(short, ()):
        said = next((phrase for phrase in phrases if _has(new, phrase)), None)
        if said and not any(_has(old, phrase) for phrase in phrases):
            found.append(Difference("word", f'"{said.strip("*")}"', is_added=True))
    return found


def knows_qualifiers(language: str) -> bool:
    """Tells whether the words that limit a claim are known in a language."""
    return language[:2].lower() in QUALIFIERS


def reading_ease(text: str) -> float | None:
    """Returns the LIX of a text: words in a sentence, plus the share of words of more than 6 letters in percent.

    The higher, the harder; below 30 is very easy. It needs no list of syllables, and so holds for many languages.
    None: the text has fewer than 3 words between spaces.
    """
    words = re.findall(rf"{_LETTER}+(?:['’-]{_LETTER}+)*", text)
    if len(words) < 3:
        return None
    sentences = max(1, len(re.findall(r"[.!?:;]+(?:\s|$)", text.strip() + ".")))
    return round(len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words), 1)
