"""Finds sentences that are nearly worded like a claim, by the trigrams that they share (as pg_trgm counts them)."""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lib.claims.checks.texts import Section, Word, phrase_words
from lib.core.http.heavy import check_time

NEAR: Final = 0.6
"""From this share of common trigrams on, a part of a sentence is worded like a claim."""
# The share of a claim's trigrams that a sentence must have to be looked at more closely.
_CONTAINED: Final = 0.7
# Claims of fewer words resemble too much.
_FEWEST_WORDS: Final = 3

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


@dataclass(frozen=True, slots=True)
class _Sentence:
    section: Section
    words: list[Word]
    trigrams: Trigrams


class Likenesses:
    """The sentences of some texts, by their trigrams."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self._sentences = [sentence for section in sections for sentence in _sentences_in(section)]
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, sentence in enumerate(self._sentences):
            for trigram in sentence.trigrams:
                self._places[trigram].append(place)

    def find(self, phrase: str) -> list[Near]:
        """Returns the parts of sentences that are worded like a phrase, at most one for each sentence."""
        trigrams, length = phrase_trigrams(phrase), len(phrase_words(phrase))
        present = trigrams & self._places.keys()
        # How many of them a sentence may lack.
        spare = len(trigrams) - math.ceil(_CONTAINED * len(trigrams)) - (len(trigrams) - len(present))
        if length < _FEWEST_WORDS or spare < 0:
            return []
        # A sentence with enough of them has one of the rarest, of which one more is looked up than it may lack.
        rarest = heapq.nsmallest(spare + 1, present, key=lambda trigram: len(self._places[trigram]))
        candidates = set[int]().union(*(self._places[trigram] for trigram in rarest))
        found: list[Near] = []
        for place in sorted(candidates):
            sentence = self._sentences[place]
            if len(present & sentence.trigrams) >= len(present) - spare:
                near = _best_part(sentence, trigrams, length)
                if near is not None:
                    found.append(near)
        return found


def _sentences_in(section: Section) -> Iterator[_Sentence]:
    check_time()
    words = iter(section.words)
    word = next(words, None)
    for _, end in section.sentences:
        own: list[Word] = []
        while word is not None and word.start < end:
            own.append(word)
            word = next(words, None)
        if len(own) >= _FEWEST_WORDS - 1:
            yield _Sentence(section, own, trigrams_of(own))


def _best_part(sentence: _Sentence, trigrams: Trigrams, length: int) -> Near | None:
    check_time()
    best: Near | None = None
    words = sentence.words
    for size in {max(1, length - 1), length, length + 1}:
        for first in range(max(1, len(words) - size + 1)):
            part = words[first : first + size]
            similarity = likeness(trigrams, trigrams_of(part))
            if similarity >= NEAR and (best is None or similarity > best.similarity):
                best = Near(sentence.section, part[0].start, part[-1].end, similarity)
    return best
