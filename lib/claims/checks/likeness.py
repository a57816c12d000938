"""Finds sentences that are nearly worded like a claim, by the trigrams that they share (as pg_trgm counts them)."""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from lib.claims.checks.texts import Section, Word, phrase_words
from lib.core.http.heavy import check_time

NEAR: Final = 0.6
"""From this share of common trigrams on, a part of a sentence is worded like a claim."""
# The share of a claim's trigrams that a sentence must have to be looked at more closely.
_CONTAINED: Final = 0.7
# Claims of fewer words resemble too much.
_FEWEST_WORDS: Final = 3
# Words of a piece of a sentence. Few sentences are longer.
_PIECE: Final = 60

type Trigrams = frozenset[str]


@lru_cache(maxsize=20_000)
def _trigrams_of_word(word: str) -> Trigrams:
    padded = f"  {word} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))


def trigrams_of(words: Iterable[Word]) -> Trigrams:
    """Returns the trigrams of words, figures among them."""
    return frozenset().union(*(_trigrams_of_word(word.figure or word.key) for word in words))


@lru_cache(maxsize=8192)
def phrase_trigrams(phrase: str) -> Trigrams:
    """Returns the trigrams of a phrase."""
    return trigrams_of(phrase_words(phrase))


def likeness(one: Trigrams, other: Trigrams) -> float:
    """Returns the share of trigrams that both have, 0 to 1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


@dataclass(frozen=True, slots=True)
class Near:
    """A part of a sentence that is worded like a phrase."""

    section: Section
    start: int
    end: int
    similarity: float


class _Piece:
    """A part of a sentence: its words, and which trigrams they have."""

    def __init__(self, section: Section, words: Sequence[Word]) -> None:
        self.section = section
        self.words = words
        self.of_words = [_trigrams_of_word(word.figure or word.key) for word in words]
        self.trigrams: Trigrams = frozenset().union(*self.of_words)

    def best_part(self, trigrams: Trigrams, length: int) -> Near | None:
        """Returns the words in a row that are most like a phrase of so many words."""
        check_time()
        # Together, words have no more of the trigrams of the phrase than each alone: most rows are left out by that.
        most = list(accumulate((len(own & trigrams) for own in self.of_words), initial=0))
        best: Near | None = None
        for size in {max(1, length - 1), length, length + 1}:
            for first in range(max(1, len(self.words) - size + 1)):
                last = min(first + size, len(self.words))
                if most[last] - most[first] < NEAR * len(trigrams):
                    continue
                similarity = likeness(trigrams, frozenset().union(*self.of_words[first:last]))
                if similarity >= NEAR and (best is None or similarity > best.similarity):
                    best = Near(self.section, self.words[first].start, self.words[last - 1].end, similarity)
        return best


class _Pieces:
    """The sentences of some texts by their trigrams, long ones in pieces of so many words that overlap by half.

    Most phrases have few trigrams in common with a piece, but many with a text of a thousand words without full stops.
    """

    def __init__(self, sections: Iterable[Section], size: int) -> None:
        self._pieces = [piece for section in sections for piece in _pieces_of(section, size)]
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, piece in enumerate(self._pieces):
            for trigram in piece.trigrams:
                self._places[trigram].append(place)

    def find(self, trigrams: Trigrams, length: int) -> Iterator[Near]:
        """Yields the parts of pieces that are worded like a phrase, at most one for each piece."""
        present = trigrams & self._places.keys()
        # How many of them a piece may lack.
        spare = len(trigrams) - math.ceil(_CONTAINED * len(trigrams)) - (len(trigrams) - len(present))
        if spare < 0:
            return
        # A piece with enough of them has one of the rarest, of which one more is looked up than it may lack.
        rarest = heapq.nsmallest(spare + 1, present, key=lambda trigram: len(self._places[trigram]))
        candidates = set[int]().union(*(self._places[trigram] for trigram in rarest))
        for place in sorted(candidates):
            piece = self._pieces[place]
            if len(present & piece.trigrams) >= len(present) - spare:
                near = piece.best_part(trigrams, length)
                if near is not None:
                    yield near


class Likenesses:
    """The sentences of some texts, in which wordings like those of phrases are found."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._by_size: dict[int, _Pieces] = {}

    def find(self, phrase: str) -> list[Near]:
        """Returns the parts of sentences that are worded like a phrase, at most one for each piece of a sentence."""
        check_time()
        trigrams, length = phrase_trigrams(phrase), len(phrase_words(phrase))
        if length < _FEWEST_WORDS:
            return []
        # A phrase with a word more or less lies in one of two pieces that overlap.
        size = _PIECE
        while length >= size // 2:
            size *= 4
        if size not in self._by_size:
            self._by_size[size] = _Pieces(self._sections, size)
        return list(self._by_size[size].find(trigrams, length))


def _pieces_of(section: Section, size: int) -> Iterator[_Piece]:
    check_time()
    words = iter(section.words)
    word = next(words, None)
    for _, end in section.sentences:
        own: list[Word] = []
        while word is not None and word.start < end:
            own.append(word)
            word = next(words, None)
        for first in range(0, max(1, len(own) - size // 2), size // 2):
            part = own[first : first + size]
            if len(part) >= _FEWEST_WORDS - 1:
                check_time()
                yield _Piece(section, part)
