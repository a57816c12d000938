"""Texts as checks read them: without markup, cut into words and sentences, each with its place."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from lib.core.filled import shows_something
from lib.core.html_text import has_written_references, text_of_html
from lib.core.security.html import is_markup, spelt_as_html

NUMBER: Final = "#"
"""The key of every number: claims are found whatever their figures, which are compared afterwards."""
# Longer sentences are cut around the claim.
MAX_SENTENCE: Final = 400
MAX_NAME: Final = 100

# Characters that readers do not see would hide a word: soft hyphens, joiners, marks of direction, fillers, selectors,
# tags (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point), annotations and the empty braille pattern.
_HIDING_WORDS: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Letters that readers take for Latin ones (https://www.unicode.org/reports/tr39/#Confusable_Detection): Cyrillic and
# Greek ones in both cases, and some of the phonetic alphabet. Claims and texts are read in the same way.
_ALIKE: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0475\u04cf\u03bf\u03b9\u03ba"
    "\u0251\u0261\u0131",
    "aeopcyxijshdqwvloikagi",
)
# Letters that look like one in one case only, and are taken for it in a word that has Latin letters.
_ALIKE_IN_LATIN: Final = str.maketrans(
    "\u0412\u041d\u0422\u041c\u041a\u043a\u043c\u0442"
    "\u0391\u0392\u0395\u0396\u0397\u039c\u039d\u03a1\u03a4\u03a5\u03a7\u03b1\u03bd\u03c1\u03c5",
    "BHTMKkmtABEZHMNPTYXavpu",
)
_LATIN: Final = re.compile("[A-Za-z]")
# Accents that no letter has, such as lines through it.
_LOOSE_MARKS: Final = re.compile("[\u0300-\u036f]+")
_WITHOUT_SPACES: Final = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# A number with its separators, a sign that changes a claim, a character of a script without spaces, or a word. Marks
# are accents and vowel signs that stand as characters of their own; \w of Python leaves them out.
_WORD: Final = rf"(?P<number>\d+(?:[.,]\d+)*)|[%‰€£$]|[{_WITHOUT_SPACES}]|(?:[^\W\d_{_WITHOUT_SPACES}]|[{{marks}}])+"
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+|\n+")


class Word(NamedTuple):
    """A word of a text and its place."""

    key: str
    """The word in lower case; ``NUMBER`` for a number."""
    figure: str
    """The digits of a number; empty for a word."""
    start: int
    end: int


@lru_cache(maxsize=256)
def _word_pattern(marks: str) -> re.Pattern[str]:
    # Some mark has to stand in the set; this one counts in any text.
    return re.compile(_WORD.replace("{marks}", re.escape(marks or "\u0301")))


def words_of(text: str) -> list[Word]:
    """Cuts a text into words. Case, spaces, hyphens and other punctuation do not matter; a per cent sign is a word.

    The same characters give the same words, whether their accents are part of them or follow them, and so do letters
    of other scripts that look alike.
    """
    words: list[Word] = []
    is_ascii = text.isascii()
    marks = "" if is_ascii else "".join(sorted(c for c in set(text) if unicodedata.category(c).startswith("M")))
    for match in _word_pattern(marks).finditer(text):
        word = match[0]
        if match["number"]:
            digits = word if is_ascii else unicodedata.normalize("NFKC", word)
            words.append(Word(NUMBER, digits.replace(",", "."), *match.span()))
        elif key := word.lower() if is_ascii else _folded(word):
            words.append(Word(key, "", *match.span()))
    return words


def _folded(word: str) -> str:
    word = unicodedata.normalize("NFKC", word)
    if _LATIN.search(word):
        word = word.translate(_ALIKE_IN_LATIN)
    # Some characters are taken apart by casefold.
    return _LOOSE_MARKS.sub("", unicodedata.normalize("NFKC", word.casefold()).translate(_ALIKE))


@lru_cache(maxsize=8192)
def phrase_words(phrase: str) -> tuple[Word, ...]:
    """Returns the words of a phrase. Those of the claims of a brand are asked for with each of its texts."""
    return tuple(words_of(phrase))


@dataclass(frozen=True)
class Section:
    """A part of a text, such as the title or a field. Offsets count characters of ``text``.

    Findings name it, so the sections of one text have different names.
    """

    name: str
    text: str

    @cached_property
    def words(self) -> list[Word]:
        """The words in order."""
        return words_of(self.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Where each sentence begins and ends, without the spaces around it."""
        bounds: list[tuple[int, int]] = []
        begin = 0
        for end in [*(match.end() for match in _SENTENCE_END.finditer(self.text)), len(self.text)]:
            piece = self.text[begin:end]
            stripped = piece.strip()
            if stripped:
                start = begin + len(piece) - len(piece.lstrip())
                bounds.append((start, start + len(stripped)))
            begin = end
        return bounds

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def sentence_at(self, start: int, end: int) -> tuple[int, int]:
        """Returns where the sentences begin and end that hold a place of the text, at most ``MAX_SENTENCE`` long."""
        if not self.sentences:
            return start, end
        first = self.sentences[max(bisect_right(self._starts, start) - 1, 0)]
        last = self.sentences[max(bisect_right(self._starts, max(end - 1, start)) - 1, 0)]
        begin, finish = first[0], max(last[1], end)
        if finish - begin > MAX_SENTENCE:
            begin = max(begin, start - MAX_SENTENCE // 4)
            finish = max(min(finish, begin + MAX_SENTENCE), min(end, begin + 2 * MAX_SENTENCE))
        return begin, finish


def as_text(value: str, *, is_html: bool) -> str:
    """Returns what readers see of a text, a line for each block of HTML."""
    return _HIDING_WORDS.sub("", text_of_html(value, line="\n") if is_html else value)


def _texts_in(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, str(value)
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _texts_in(f"{name}.{number}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_in(f"{name}.{key}", item)


def _own_name(name: str, taken: Container[str]) -> str:
    """Returns a name of a section that no other has: keys may hold dots, and long names are cut."""
    own = name[:MAX_NAME]
    number = 1
    while own in taken:
        number += 1
        own = f"{name[: MAX_NAME - 10]}~{number}"
    return own


_DELIVERED: Final = ("title", "excerpt", "body", "fields", "metadata", "tags", "categories", "slug")


def sections_of(document: dict[str, Any]) -> list[Section]:
    """Returns the texts of a content that delivery shows, one for each place: `fields.faq.entries.1.answer`."""
    document = spelt_as_html(document)
    sections: dict[str, Section] = {}
    for place in _DELIVERED:
        for name, markup in _texts_in(place, document.get(place)):
            text = as_text(markup, is_html=is_markup(markup) or has_written_references(markup))
            if shows_something(text):
                own = _own_name(name, sections)
                sections[own] = Section(own, text)
    return list(sections.values())
