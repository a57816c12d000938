"""Finds phrases in texts in time that does not depend on their number: a tree of their words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lib.claims.checks.texts import Section, Word, phrase_words
from lib.core.http.heavy import check_time


@dataclass(slots=True)
class _Node[T]:
    following: dict[str, "_Node[T]"] = field(default_factory=dict)
    endings: list[tuple[str, "_Node[T]"]] = field(default_factory=list)
    """Words of which only the beginning counts."""
    phrases: list[tuple[T, tuple[str, ...]]] = field(default_factory=list)
    """The phrases that end here, with its figures."""


@dataclass(frozen=True, slots=True)
class Found[T]:
    """A phrase in a text."""

    value: T
    section: Section
    start: int
    end: int
    has_figures: bool
    """Whether the numbers are those of the phrase."""


class Phrases[T]:
    """Phrases by their words. With ``has_endings``, an asterisk at the end of a word stands for any ending."""

    def __init__(self, phrases: Iterable[tuple[str, T]] = (), *, has_endings: bool = True) -> None:
        self._root: _Node[T] = _Node()
        self._has_endings = has_endings
        for phrase, value in phrases:
            check_time()
            self.add(phrase, value)

    def add(self, phrase: str, value: T) -> None:
        """Adds a phrase. One without words is never found."""
        node = self._root
        words = phrase_words(phrase)
        for word in words:
            if self._has_endings and phrase[word.end : word.end + 1] == "*":
                known = next((child for beginning, child in node.endings if beginning == word.key), None)
                if known is None:
                    known = _Node()
                    node.endings.append((word.key, known))
                node = known
            else:
                node = node.following.setdefault(word.key, _Node())
        if words:
            node.phrases.append((value, tuple(word.figure for word in words if word.figure)))

    def find(self, section: Section) -> list[Found[T]]:
        """Returns all phrases in a text, also those that overlap."""
        words = section.words
        found: list[Found[T]] = []
        root = self._root
        for place, word in enumerate(words):
            if place % 1000 == 0:
                check_time()
            if word.key in root.following or root.endings:
                found += self._from(section, words, place)
        return found

    def _from(self, section: Section, words: Sequence[Word], place: int) -> Iterator[Found[T]]:
        nodes = [(self._root, place)]
        while nodes:
            node, at = nodes.pop()
            for value, figures in node.phrases:
                written = tuple(word.figure for word in words[place:at] if word.figure)
                yield Found(value, section, words[place].start, words[at - 1].end, written == figures)
            if at < len(words):
                key = words[at].key
                child = node.following.get(key)
                if child is not None:
                    nodes.append((child, at + 1))
                nodes += [(ending, at + 1) for beginning, ending in node.endings if key.startswith(beginning)]
