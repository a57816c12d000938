"""Compares texts with the claims and the rules of a market: findings, with their verdicts (domain §6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple
from uuid import UUID

from lib.claims.checks.likeness import Likenesses, Near, likeness, phrase_trigrams
from lib.claims.checks.models import ClaimFinding, ClaimReplacement, MarketCheck
from lib.claims.checks.phrases import Found, Phrases
from lib.claims.checks.rules import Rule, check_rules
from lib.claims.checks.texts import Section

MAX_FINDINGS: Final = 500
# From this likeness on, the wording of a claim that may not be made counts as that claim.
_NEARLY_THE_SAME: Final = 0.85
# The least likeness of a claim that is proposed as a replacement.
_PROPOSED: Final = 0.15
_STRICTEST: Final = ("none", "disallowed", "mandatory", "allowed")
_ORDER: Final = ("disallowed", "missing", "conditional", "allowed")
_FORBIDDEN: Final = frozenset({"none", "disallowed"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it applies in a market."""

    id: UUID
    version: int
    text: str
    original: str
    """The text of the master claim, which differs where an override replaces it."""
    texts: dict[str, str]
    """The translations by language."""
    status: str
    is_demanded: bool
    """Whether the text has to make it, if it is mandatory."""
    evidence: str
    has_reference: bool
    is_replaced: bool = False
    """Whether this is the wording of a master claim that an override replaced: it may not be used."""
    wordings: tuple[str, ...] = field(default=())

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "Claim":
        """Makes a claim of a row of ``read_claims_to_check``."""
        texts = {name: text for name, text in row["texts"].items() if isinstance(text, str)}
        return cls(
            id=UUID(row["id"]),
            version=row["version"],
            text=row["text"],
            original=row["original"],
            texts=texts,
            status=row["status"],
            is_demanded=row["is_demanded"],
            evidence=row["evidence"],
            has_reference=row["has_reference"],
            wordings=(row["text"], *texts.values()),
        )

    @property
    def is_forbidden(self) -> bool:
        """Whether it may not be made."""
        return self.is_replaced or self.status in _FORBIDDEN

    @property
    def rank(self) -> int:
        """Its place among claims with the same wording: the strictest counts."""
        return 0 if self.is_replaced else _STRICTEST.index(self.status)

    def in_language(self, language: str | None) -> str:
        """Returns its text in a language, or as it was written."""
        return self.texts.get(language or "", self.text)


def claims_of(rows: Iterable[dict[str, Any]]) -> list[Claim]:
    """Makes claims of rows, and of each wording that an override replaced, unless a claim of the market has it."""
    claims = [Claim.from_row(row) for row in rows]
    spoken = {claim.text.strip().lower() for claim in claims}
    replaced = [
        replace(
            claim,
            text=claim.original,
            texts={},
            status="none",
            is_demanded=False,
            is_replaced=claim.status not in _FORBIDDEN,
            wordings=(claim.original,),
        )
        for claim in claims
        if claim.original.strip().lower() not in spoken
    ]
    return claims + replaced


class _Place(NamedTuple):
    section: Section
    start: int
    end: int


class Market:
    """The claims and rules of one market, ready to be compared with texts."""

    def __init__(self, market: str, claims: Sequence[Claim], rules: Sequence[Rule], language: str | None) -> None:
        self.market = market
        self.claims = claims
        self.rules = rules
        self.language = language
        self._phrases: Phrases[Claim] = Phrases((wording, claim) for claim in claims for wording in claim.wordings)
        self._by_text = {claim.text: claim for claim in claims if not claim.is_replaced}
        self._allowed: list[tuple[Claim, frozenset[str]]] | None = None

    def check(self, sections: Sequence[Section]) -> MarketCheck:
        """Compares texts with the claims and rules."""
        exact = [match for section in sections for match in _outermost(self._phrases.find(section))]
        findings = [self._exact(match) for match in exact]
        findings += self._near(sections, exact)
        findings += check_rules(self.market, self.rules, sections, findings)
        order = {section.name: place for place, section in enumerate(sections)}
        findings.sort(key=lambda found: (order.get(found.section, len(order)), found.start, found.end))
        findings += self._missing(exact)
        return summarised(self.market, findings)

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
        taken = [(match.section.name, match.start, match.end) for match in exact]
        likenesses = Likenesses(sections)
        # The most similar claim of each kind for each sentence.
        best: dict[tuple[str, int, bool], tuple[Claim, Near]] = {}
        for claim in self.claims:
            for wording in claim.wordings:
                for near in likenesses.find(wording):
                    if any(
                        name == near.section.name and start < near.end and near.start < end
                        for name, start, end in taken
                    ):
                        continue
                    key = (near.section.name, near.section.sentence_at(near.start, near.end)[0], claim.is_forbidden)
                    known = best.get(key)
                    if known is None or near.similarity > known[1].similarity:
                        best[key] = (claim, near)
        return [self._nearly(claim, near) for claim, near in best.values()]

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
        """Returns what may be said instead of a claim: the claim that an override names, or the most similar one."""
        if claim.is_replaced:
            named = next((other for other in self.claims if other.id == claim.id and not other.is_forbidden), None)
            if named is not None:
                return ClaimReplacement(text=named.in_language(self.language), claim_id=named.id, source="override")
        return self.nearest(claim.text)

    def nearest(self, text: str) -> ClaimReplacement | None:
        """Returns the allowed claim with the most similar wording to a text."""
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


def _outermost(matches: list[Found[Claim]]) -> list[Found[Claim]]:
    """Keeps the longest wording at each place, and of claims with one wording the strictest."""
    matches.sort(key=lambda match: (match.start, -match.end, match.value.rank, not match.has_figures))
    kept: list[Found[Claim]] = []
    reached = -1
    for match in matches:
        if match.end > reached:
            kept.append(match)
            reached = match.end
    return kept


def summarised(market: str, findings: Sequence[ClaimFinding]) -> MarketCheck:
    """Returns the result of a market: the counts of all findings, and at most ``MAX_FINDINGS`` of them."""
    counts = {verdict: sum(found.verdict == verdict for found in findings) for verdict in _ORDER}
    kept = list(findings)
    if len(kept) > MAX_FINDINGS:
        worst = sorted(range(len(kept)), key=lambda place: (_ORDER.index(kept[place].verdict), place))[:MAX_FINDINGS]
        kept = [findings[place] for place in sorted(worst)]
    return MarketCheck(
        market=market,
        overall="rejected"
        if counts["disallowed"]
        else "needs_revision"
        if counts["missing"] or counts["conditional"]
        else "approved",
        violations=counts["disallowed"],
        counts=counts,
        findings=kept,
        omitted_findings=len(findings) - len(kept),
    )
