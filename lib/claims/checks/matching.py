"""Compares texts with the claims and the rules of a market: findings, with their verdicts (domain §6)."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from lib.claims.checks.claims import Claim
from lib.claims.checks.likeness import Likenesses, Near, likeness, phrase_trigrams, trigrams_of
from lib.claims.checks.models import ClaimFinding, MarketCheck
from lib.claims.checks.phrases import Found, Phrases
from lib.claims.checks.proposals import Proposals
from lib.claims.checks.rules import Rule, check_rules
from lib.claims.checks.texts import Section
from lib.core.http.errors import ErrorDetail, ValidationFailed

# So many sentences that make a claim fit into an answer and into a row, with their verdicts. Each of them is kept,
# since the bill of materials of a publication lists them.
MAX_FINDINGS: Final = 1000
# So many of all markets fit into an answer.
MAX_ANSWERED: Final = 2000
# From this likeness on, the wording of a claim that may not be made counts as that claim.
_NEARLY_THE_SAME: Final = 0.85
_ORDER: Final = ("disallowed", "missing", "conditional", "allowed")


class _Place(NamedTuple):
    section: Section
    start: int
    end: int


class _Places:
    """Exact findings in the sections of some texts, none of which lies within another."""

    def __init__(self, found: Iterable[Found[Claim]]) -> None:
        self._found: dict[str, list[Found[Claim]]] = {}
        for match in found:
            others = self._found.setdefault(match.section.name, [])
            if not others or match.end > others[-1].end:
                others.append(match)

    def beside(self, near: Near) -> Iterator[Found[Claim]]:
        """Yields those that have a character in common with another place."""
        found = self._found.get(near.section.name, [])
        place = bisect_left(found, near.end, key=attrgetter("start"))
        while place and found[place - 1].end > near.start:
            place -= 1
            yield found[place]


class Market:
    """The claims and rules of one market, ready to be compared with texts."""

    def __init__(self, market: str, claims: Sequence[Claim], rules: Sequence[Rule], language: str | None) -> None:
        self.market = market
        self.claims = claims
        self.rules = rules
        self._proposals = Proposals(claims, language)
        # An asterisk in a claim is a footnote.
        self._phrases: Phrases[Claim] = Phrases(
            ((wording, claim) for claim in claims for wording in claim.wordings), has_endings=False
        )

    def check(self, sections: Sequence[Section]) -> MarketCheck:
        """Compares texts with the claims and rules.

        Raises ValidationFailed for a text with more findings than ``MAX_FINDINGS``.
        """
        exact = [match for section in sections for match in self._outermost(self._phrases.find(section))]
        require_few(len(exact))
        findings = [self._exact(match) for match in exact]
        findings += self._near(sections, exact)
        broken = check_rules(self.market, self.rules, sections, findings)
        self._proposals.propose(broken, [rule for rule in self.rules if self.market in rule.markets])
        findings += broken
        order = {section.name: place for place, section in enumerate(sections)}
        findings.sort(key=lambda found: (order.get(found.section, len(order)), found.start, found.end))
        require_few(len(findings))
        findings += self._missing(exact)
        return summarised(self.market, findings)

    def _outermost(self, matches: list[Found[Claim]]) -> list[Found[Claim]]:
        """Keeps the longest wording at each place, of claims with one wording those with its figures, the strictest.

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
        made = _Places(exact)
        forbidden = _Places(match for match in exact if match.value.is_forbidden)
        permitted = _Places(match for match in exact if not match.value.is_forbidden and self._is_settled(match))

        def is_said(claim: Claim, wording: str, near: Near) -> bool:
            """Tells whether an exact finding says already what is to say of a place.

            An allowed claim hides none that may not be made of which its words are only a part.
            """
            if not claim.is_forbidden:
                return any(made.beside(near))
            return any(forbidden.beside(near)) or any(
                _explains(other, near, wording) for other in permitted.beside(near)
            )

        likenesses = Likenesses(sections)
        found = [
            (claim, near)
            for claim in self.claims
            for wording in claim.wordings
            for near in likenesses.find(wording)
            if not is_said(claim, wording, near)
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
                "replacement": self._proposals.instead_of(claim) if verdict == "disallowed" else None,
                "stronger": self._proposals.more_than(claim) if verdict == "allowed" else None,
            }
        )


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


def _explains(made: Found[Claim], near: Near, wording: str) -> bool:
    """Tells whether the words of an exact finding alone are as much like a wording as a place around them."""
    if made.start <= near.start and near.end <= made.end:
        return True
    return likeness(phrase_trigrams(wording), _own_trigrams(made)) >= near.similarity


def _own_trigrams(match: Found[Claim]) -> frozenset[str]:
    words = match.section.words
    first = bisect_left(words, match.start, key=attrgetter("start"))
    return trigrams_of(words[first : bisect_left(words, match.end, key=attrgetter("start"))])


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
