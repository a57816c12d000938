"""Compares texts with the claims and the rules of a market: findings, with their verdicts (domain §6)."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID

from lib.claims.checks.claims import Claim
from lib.claims.checks.likeness import Likenesses, Near, likeness, phrase_trigrams
from lib.claims.checks.models import ClaimFinding, ClaimReplacement, MarketCheck
from lib.claims.checks.phrases import Found, Phrases
from lib.claims.checks.rules import Rule, check_rules
from lib.claims.checks.texts import Section
from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.http.heavy import check_time

# So many sentences that make a claim fit into an answer and into a row, with their verdicts. Each of them is kept,
# since the bill of materials of a publication lists them.
MAX_FINDINGS: Final = 1000
# So many of all markets fit into an answer.
MAX_ANSWERED: Final = 2000
# From this likeness on, the wording of a claim that may not be made counts as that claim.
_NEARLY_THE_SAME: Final = 0.85
# The least likeness of a claim that is proposed as a replacement.
_PROPOSED: Final = 0.15
_ORDER: Final = ("disallowed", "missing", "conditional", "allowed")


class _Place(NamedTuple):
    section: Section
    start: int
    end: int


class _Spans:
    """Places in the sections of some texts."""

    def __init__(self, places: Iterable[Found[Claim]]) -> None:
        self._starts: dict[str, list[int]] = {}
        # The furthest end of those that begin before or at each start: places may lie within each other.
        self._ends: dict[str, list[int]] = {}
        for place in sorted(places, key=attrgetter("start")):
            ends = self._ends.setdefault(place.section.name, [])
            self._starts.setdefault(place.section.name, []).append(place.start)
            ends.append(max(place.end, ends[-1] if ends else 0))

    def overlap(self, near: Near) -> bool:
        """Tells whether one of the places has a character in common with another."""
        return self._end_before(near, bisect_left, near.end) > near.start

    def cover(self, near: Near) -> bool:
        """Tells whether another place lies wholly within one of the places."""
        return self._end_before(near, bisect_right, near.start) >= near.end

    def _end_before(self, near: Near, bisect: Callable[[list[int], int], int], at: int) -> int:
        place = bisect(self._starts.get(near.section.name, []), at)
        return self._ends[near.section.name][place - 1] if place else -1


class Market:
    """The claims and rules of one market, ready to be compared with texts."""

    def __init__(self, market: str, claims: Sequence[Claim], rules: Sequence[Rule], language: str | None) -> None:
        self.market = market
        self.claims = claims
        self.rules = rules
        self.language = language
        # An asterisk in a claim is a footnote.
        self._phrases: Phrases[Claim] = Phrases(
            ((wording, claim) for claim in claims for wording in claim.wordings), has_endings=False
        )
        self._allowed: list[tuple[Claim, frozenset[str]]] | None = None
        self._replacements: dict[tuple[UUID, str], ClaimReplacement | None] = {}

    def check(self, sections: Sequence[Section]) -> MarketCheck:
        """Compares texts with the claims and rules.

        Raises ValidationFailed for a text with more findings than ``MAX_FINDINGS``.
        """
        exact = [match for section in sections for match in self._outermost(self._phrases.find(section))]
        require_few(len(exact))
        findings = [self._exact(match) for match in exact]
        findings += self._near(sections, exact)
        findings += check_rules(self.market, self.rules, sections, findings)
        order = {section.name: place for place, section in enumerate(sections)}
        findings.sort(key=lambda found: (order.get(found.section, len(order)), found.start, found.end))
        require_few(len(findings))
        findings += self._missing(exact)
        return summarised(self.market, findings)

    def _outermost(self, matches: list[Found[Claim]]) -> list[Found[Claim]]:
        """Keeps the longest wording at each place, of claims with one wording those with its figures, and the strictest.

        A shorter claim that may not be made is kept as well where the longer one is not certainly made: a claim with
        other figures, or without evidence, permits nothing.
        """
        matches.sort(key=lambda match: (match.start, -match.end, not match.has_figures, match.value.rank))
        kept: list[Found[Claim]] = []
        reached = settled = -1
        for match in matches:
            if match.end > reached or (match.value.is_forbidden and match.end > settled):
                kept.append(match)
                reached = max(reached, match.end)
                if self._is_settled(match):
                    settled = max(settled, match.end)
        return kept

    def _is_settled(self, match: Found[Claim]) -> bool:
        return self._verdict(match.value, has_figures=match.has_figures)[0] != "conditional"

    def _exact(self, match: Found[Claim]) -> ClaimFinding:
        claim = match.value
        verdict, reason = self._verdict(claim, has_figures=match.has_figures)
        place = _Place(match.section, match.start, match.end)
        return self._finding(claim, place, verdict, reason, match="exact" if match.has_figures else "figures")

    def _verdict(self, claim: Claim, *, has_figures: bool) -> tuple[str, str]:
        if claim.is_replaced:
            return "disallowed", f"In {self.market} this claim is replaced by another one."
        if claim.status == "none":
            return "disallowed", f"An override blocks this claim in {self.market}."
        if claim.status == "disallowed":
            return "disallowed", f"This claim may not be made in {self.market}."
        if not has_figures:
            return "conditional", "The figures are not those of the claim."
        if claim.evidence == "expired":
            return "conditional", "The evidence for this claim has expired."
        return "allowed", f"This claim may be made in {self.market}."

    def _near(self, sections: Sequence[Section], exact: Sequence[Found[Claim]]) -> list[ClaimFinding]:
        made = _Spans(exact)
        forbidden = _Spans(match for match in exact if match.value.is_forbidden)
        permitted = _Spans(match for match in exact if not match.value.is_forbidden and self._is_settled(match))

        def is_said(claim: Claim, near: Near) -> bool:
            """Tells whether an exact finding says already what is to say of a place.

            A claim that may be made hides a resemblance to one that may not only where all of the words are its own.
            """
            if claim.is_forbidden:
                return forbidden.overlap(near) or permitted.cover(near)
            return made.overlap(near)

        likenesses = Likenesses(sections)
        found = [
            (claim, near)
            for claim in self.claims
            for wording in claim.wordings
            for near in likenesses.find(wording)
            if not is_said(claim, near)
        ]
        return [self._nearly(claim, near) for claim, near in _most_similar(found)]

    def _nearly(self, claim: Claim, near: Near) -> ClaimFinding:
        if not claim.is_forbidden:
            verdict, reason = "conditional", "This is nearly a claim that may be made: use its wording."
        elif near.similarity >= _NEARLY_THE_SAME:
            verdict, reason = "disallowed", f"This is nearly a claim that may not be made in {self.market}."
        else:
            verdict, reason = "conditional", f"This resembles a claim that may not be made in {self.market}."
        place = _Place(near.section, near.start, near.end)
        found = self._finding(claim, place, verdict, reason, match="near")
        found.similarity = round(near.similarity, 2)
        return found

    def _missing(self, exact: Sequence[Found[Claim]]) -> list[ClaimFinding]:
        made = {match.value.id for match in exact if match.has_figures}
        reason = f"A text for {self.market} has to make this claim."
        return [
            self._finding(claim, None, "missing", reason, match="none")
            for claim in self.claims
            if claim.status == "mandatory" and claim.is_demanded and claim.id not in made
        ]

    def _finding(self, claim: Claim, place: _Place | None, verdict: str, reason: str, *, match: str) -> ClaimFinding:
        begin, finish = place.section.sentence_at(place.start, place.end) if place else (0, 0)
        return ClaimFinding.model_validate(
            {
                "verdict": verdict,
                "match": match,
                "section": place.section.name if place else "",
                "sentence": place.section.text[begin:finish] if place else "",
                "sentence_start": begin,
                "start": place.start if place else 0,
                "end": place.end if place else 0,
                "reason": reason,
                "claim_id": claim.id,
                "claim_version": claim.version,
                "claim_text": claim.text,
                "status": "none" if claim.is_replaced else claim.status,
                "evidence": claim.evidence,
                "has_reference": claim.has_reference,
                "replacement": self._replacement(claim) if verdict == "disallowed" else None,
            }
        )

    def _replacement(self, claim: Claim) -> ClaimReplacement | None:
        """Returns what may be said instead of a claim, however often the text makes it."""
        key = (claim.id, claim.text)
        if key not in self._replacements:
            self._replacements[key] = self._named(claim) or self._nearest(claim.text)
        return self._replacements[key]

    def _named(self, claim: Claim) -> ClaimReplacement | None:
        """Returns the claim that an override names."""
        if not claim.is_replaced:
            return None
        named = next((other for other in self.claims if other.id == claim.id and not other.is_forbidden), None)
        return named and ClaimReplacement(text=named.in_language(self.language), claim_id=named.id, source="override")

    def _nearest(self, text: str) -> ClaimReplacement | None:
        """Returns the allowed claim with the most similar wording to a text."""
        check_time()
        if self._allowed is None:
            self._allowed = [
                (claim, phrase_trigrams(claim.text))
                for claim in self.claims
                if not claim.is_forbidden and claim.evidence != "expired"
            ]
        wanted = phrase_trigrams(text)
        similarity, _, claim = max(
            ((likeness(wanted, own), -place, claim) for place, (claim, own) in enumerate(self._allowed)),
            key=lambda rated: rated[:2],
            default=(0.0, 0, None),
        )
        if claim is None or similarity < _PROPOSED:
            return None
        return ClaimReplacement(text=claim.in_language(self.language), claim_id=claim.id, source="nearest")


def require_few(count: int, most: int = MAX_FINDINGS, *, do: str = "check it in parts") -> None:
    """Raises ValidationFailed where a text makes claims in more places than an answer holds."""
    if count > most:
        problem = f"makes claims in more than {most:,} places: {do}"
        detail = ErrorDetail(field="text", code="TOO_MANY_CLAIMS", message=problem)
        raise ValidationFailed(f"the text {problem}", details=[detail])


def _overlaps(near: Near, others: Sequence[Near]) -> bool:
    """Tells whether one of some places of a section has a word in common with another.

    The places are in the order of the text, and none of them has words in common with the next.
    """
    place = bisect_left(others, near.end, key=attrgetter("start"))
    return place > 0 and others[place - 1].end > near.start


def _most_similar(found: list[tuple[Claim, Near]]) -> Iterator[tuple[Claim, Near]]:
    """Yields the most similar claim of each kind for each sentence, and one for each place of a long sentence."""
    found.sort(key=lambda pair: -pair[1].similarity)
    sentences: set[tuple[str, int, bool]] = set()
    kept: dict[tuple[str, bool], list[Near]] = {}
    for claim, near in found:
        section, kind = near.section.name, claim.is_forbidden
        sentence = (section, near.section.sentence_at(near.start, near.end)[0], kind)
        others = kept.setdefault((section, kind), [])
        if sentence not in sentences and not _overlaps(near, others):
            sentences.add(sentence)
            insort(others, near, key=attrgetter("start"))
            yield claim, near


def summarised(market: str, findings: list[ClaimFinding]) -> MarketCheck:
    """Returns the result of a market."""
    counts = {verdict: sum(found.verdict == verdict for found in findings) for verdict in _ORDER}
    return MarketCheck(
        market=market,
        overall="rejected"
        if counts["disallowed"]
        else "needs_revision"
        if counts["missing"] or counts["conditional"]
        else "approved",
        violations=counts["disallowed"],
        counts=counts,
        findings=findings,
    )
