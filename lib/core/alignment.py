"""Finds what two long sequences of words have in common, in time linear in their length whatever they hold.

``difflib`` takes half a minute for some texts of 45 kB, and the bit-parallel algorithms of ``rapidfuzz`` grow with the
square of the length. This one looks for anchors as patience diff does (https://bramcohen.livejournal.com/73318.html):
sequences of eight words that are in each text exactly once, then single words between them. A part
between anchors is aligned exactly if it is small, and taken as different if not.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from typing import Final

from lib.core.http.heavy import check_time

# Words in a sequence that is an anchor, for each round.
_WINDOWS: Final = (8, 1)
# Pairs of words that are compared one by one: of one part between anchors, and of all parts together.
_PART_PAIRS: Final = 2_000
_ALL_PAIRS: Final = 1_000_000
# Parts between anchors from one look at the time to the next.
_PARTS_A_LOOK: Final = 100

type Pair = tuple[int, int]


def align(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Returns the places of words that both sequences have in common, ascending in both.

    In ``run_heavy`` it raises WorkRefused when the time is over.
    """
    alignment = _Alignment(before, after)
    alignment.match(0, len(before), 0, len(after), _WINDOWS)
    return alignment.pairs


class _Alignment:
    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.before = before
        self.after = after
        self.pairs: list[Pair] = []
        self._pairs_left = _ALL_PAIRS
        self._parts = 0

    def match(self, start: int, end: int, start_after: int, end_after: int, windows: tuple[int, ...]) -> None:
        """Adds the pairs of a part of each sequence. ``windows``: the rounds that are left."""
        before, after = self.before, self.after
        self._parts += 1
        if self._parts % _PARTS_A_LOOK == 0:
            check_time()
        while start < end and start_after < end_after and before[start] == after[start_after]:
            self.pairs.append((start, start_after))
            start, start_after = start + 1, start_after + 1
        whole = end
        while start < end and start_after < end_after and before[end - 1] == after[end_after - 1]:
            end, end_after = end - 1, end_after - 1
        area = (end - start) * (end_after - start_after)
        if 0 < area <= min(_PART_PAIRS, self._pairs_left):
            self._pairs_left -= area
            self._match_exactly(start, end, start_after, end_after)
        elif area and windows:
            self._match_between_anchors(start, end, start_after, end_after, windows)
        self.pairs.extend((end + number, end_after + number) for number in range(whole - end))

    def _match_between_anchors(
        self, start: int, end: int, start_after: int, end_after: int, windows: tuple[int, ...]
    ) -> None:
        size, *rest = windows
        older = _unique_windows(self.before[start:end], size)
        newer = _unique_windows(self.after[start_after:end_after], size)
        both = [(start + place, start_after + newer[words]) for words, place in older.items() if words in newer]
        for place, place_after in (*_longest_ascending(both), (end, end_after)):
            if start < place and start_after < place_after:
                self.match(start, place, start_after, place_after, tuple(rest))
            if place < end:
                self.pairs.append((place, place_after))
            start, start_after = place + 1, place_after + 1

    def _match_exactly(self, start: int, end: int, start_after: int, end_after: int) -> None:
        """Adds a longest common subsequence, by the table of the lengths of those of all ends."""
        older, newer = self.before[start:end], self.after[start_after:end_after]
        following = [0] * (len(newer) + 1)
        table = [following]
        for word in reversed(older):
            lengths = [0]
            for place in range(len(newer) - 1, -1, -1):
                is_common = word == newer[place]
                lengths.append(following[place + 1] + 1 if is_common else max(following[place], lengths[-1]))
            following = lengths[::-1]
            table.append(following)
        table.reverse()
        row = column = 0
        while row < len(older) and column < len(newer):
            if older[row] == newer[column]:
                self.pairs.append((start + row, start_after + column))
                row, column = row + 1, column + 1
            elif table[row + 1][column] >= table[row][column + 1]:
                row += 1
            else:
                column += 1


def _unique_windows(words: Sequence[str], size: int) -> dict[tuple[str, ...], int]:
    """Returns the places of the sequences of so many words that appear once."""
    check_time()
    places: dict[tuple[str, ...], int] = {}
    for place, window in enumerate(zip(*(islice(words, number, None) for number in range(size)), strict=False)):
        places[window] = -1 if window in places else place
    return {window: place for window, place in places.items() if place >= 0}


def _longest_ascending(pairs: Sequence[Pair]) -> list[Pair]:
    """Returns the most pairs that ascend in both numbers; ``pairs`` ascend in the first."""
    ends: list[int] = []
    chain: list[int] = []
    former = [-1] * len(pairs)
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        former[index] = chain[length - 1] if length else -1
        ends[length : length + 1] = [place]
        chain[length : length + 1] = [index]
    found: list[Pair] = []
    index = chain[-1] if chain else -1
    while index >= 0:
        found.append(pairs[index])
        index = former[index]
    return found[::-1]
