"""Proposes claims: in place of one that may not be made, and beside an allowed one that says less (domain §6)."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from lib.claims.checks.claims import Claim
from lib.claims.checks.likeness import Trigrams, likeness, phrase_trigrams
from lib.claims.checks.models import ClaimFinding, ClaimReplacement, StrongerClaim
from lib.claims.checks.phrases import Phrases
from lib.claims.checks.rules import Rule
from lib.claims.checks.texts import Section, phrase_words
from lib.core.http.heavy import check_time

# The least likeness of a claim that is proposed as a replacement.
_PROPOSED: Final = 0.15
# The sentences against rules for which one is looked up. Each is compared with all claims.
_MOST_SENTENCES: Final = 50
# The claims of a text for which a stronger one is looked up.
_MOST_CLAIMS: Final = 100

type _Rated = list[tuple[Claim, Trigrams]]


class Proposals:
    """The claims of a market that may be made, each looked up once however often a text asks for it."""

    def __init__(self, claims: Sequence[Claim], language: str | None) -> None:
        self._claims = claims
        self._language = language
        self._open = [claim for claim in claims if not claim.is_forbidden and claim.evidence != "expired"]
        self._rated: _Rated | None = None
        self._replacements: dict[tuple[UUID, str], ClaimReplacement | None] = {}
        self._stronger: dict[UUID, StrongerClaim | None] = {}
        self._proven: list[tuple[Claim, list[str], frozenset[str]]] | None = None

    def instead_of(self, claim: Claim) -> ClaimReplacement | None:
        """Returns the claim that an override names, else the allowed one with the most similar wording."""
        key = (claim.id, claim.text)
        if key not in self._replacements:
            self._replacements[key] = self._named(claim) or self._nearest(claim.text, self._all())
        return self._replacements[key]

    def more_than(self, claim: Claim) -> StrongerClaim | None:
        """Returns the shortest allowed claim that says the words of a claim and more, and is proven."""
        if claim.id not in self._stronger and len(self._stronger) < _MOST_CLAIMS:
            self._stronger[claim.id] = self._wider(claim)
        return self._stronger.get(claim.id)

    def propose(self, findings: Iterable[ClaimFinding], rules: Iterable[Rule]) -> None:
        """Gives the first sentences against rules a claim that may be made instead, and that breaks none of them."""
        against = [found for found in findings if found.source == "rule" and found.verdict == "disallowed"]
        if not against:
            return
        barred: Phrases[Rule] = Phrases(
            (phrase, rule) for rule in rules if rule.kind in ("barred", "register") for phrase in rule.phrases
        )
        clean = [pair for pair in self._all() if not barred.find(Section("", pair[0].text))]
        known: dict[str, ClaimReplacement | None] = {}
        for found in against:
            if found.sentence not in known and len(known) < _MOST_SENTENCES:
                known[found.sentence] = self._nearest(found.sentence, clean)
            found.replacement = known.get(found.sentence)

    def _named(self, claim: Claim) -> ClaimReplacement | None:
        if not claim.is_replaced:
            return None
        named = next((other for other in self._claims if other.id == claim.id and not other.is_forbidden), None)
        return named and ClaimReplacement(text=named.in_language(self._language), claim_id=named.id, source="override")

    def _all(self) -> _Rated:
        if self._rated is None:
            self._rated = [(claim, phrase_trigrams(claim.text)) for claim in self._open]
        return self._rated

    def _nearest(self, text: str, claims: _Rated) -> ClaimReplacement | None:
        check_time()
        wanted = phrase_trigrams(text)
        similarity, _, claim = max(
            ((likeness(wanted, own), -place, claim) for place, (claim, own) in enumerate(claims)),
            key=lambda rated: rated[:2],
            default=(0.0, 0, None),
        )
        if claim is None or similarity < _PROPOSED:
            return None
        return ClaimReplacement(text=claim.in_language(self._language), claim_id=claim.id, source="nearest")

    def _wider(self, claim: Claim) -> StrongerClaim | None:
        check_time()
        if self._proven is None:
            proven = ((each, _keys(each.text)) for each in self._open if each.evidence in ("valid", "expiring"))
            self._proven = [(each, keys, frozenset(keys)) for each, keys in proven]
        said = _keys(claim.text)
        parts = frozenset(said)
        wider = [
            (len(keys), str(other.id), other)
            for other, keys, own in self._proven
            if len(keys) > len(said) and parts <= own and _is_within(said, keys)
        ]
        if not wider:
            return None
        _, _, other = min(wider, key=lambda rated: rated[:2])
        return StrongerClaim(text=other.in_language(self._language), claim_id=other.id)


def _keys(text: str) -> list[str]:
    """Returns the words of a claim, and its numbers as they are."""
    return [word.figure or word.key for word in phrase_words(text)]


def _is_within(words: Sequence[str], others: Iterable[str]) -> bool:
    """Tells whether all words stand among others, in their order."""
    rest = iter(others)
    return all(word in rest for word in words)
