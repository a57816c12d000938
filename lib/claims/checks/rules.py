"""The rules of markets for all texts, whatever claims a brand has (supabase/schemas/claims/data.sql)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Literal

from lib.claims.checks.models import ClaimFinding
from lib.claims.checks.phrases import Found, Phrases
from lib.claims.checks.texts import Section

# Words that only texts of a language have, and nearly all of them.
_COMMON_WORDS: Final = {
    "en": frozenset({"the", "and", "of", "with", "for", "your", "is", "to"}),
    "fr": frozenset({"le", "la", "les", "des", "et", "avec", "pour", "votre", "est", "une", "du"}),
}
_FEWEST_COMMON_WORDS: Final = 2

type _Made = dict[str, list[ClaimFinding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of some markets."""

    id: str
    markets: frozenset[str]
    kind: Literal["barred", "evidence", "register", "text", "languages"]
    phrases: tuple[str, ...]
    required: tuple[str, ...]
    message: str

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> "Rule":
        """Makes a rule of a row of ``read_claims_to_check``."""
        return cls(
            row["id"], frozenset(row["markets"]), row["kind"], tuple(row["phrases"]), tuple(row["required"]),
            row["message"],
        )  # fmt: skip


def check_rules(
    market: str, rules: Sequence[Rule], sections: Sequence[Section], findings: Sequence[ClaimFinding]
) -> list[ClaimFinding]:
    """Returns what breaks the rules of a market, given what the claims of the brand say of the sentences."""
    own = [rule for rule in rules if market in rule.markets]
    triggers: Phrases[Rule] = Phrases((phrase, rule) for rule in own for phrase in rule.phrases)
    required: Phrases[Rule] = Phrases((text, rule) for rule in own if rule.kind == "text" for text in rule.required)
    found = [match for section in sections for match in triggers.find(section)]
    present = {match.value.id for section in sections for match in required.find(section)}
    made = _allowed_claims(findings)
    broken = [
        _finding(match.value, match) for match in _longest(found) if not _is_met(match, present=present, made=made)
    ]
    words = {word.key for section in sections for word in section.words}
    broken += [
        _whole_text(rule)
        for rule in own
        if rule.kind == "languages" and not all(_is_in(language, words) for language in rule.required)
    ]
    return broken


def _longest(found: list[Found[Rule]]) -> list[Found[Rule]]:
    """Keeps one place for each rule where its phrases overlap."""
    kept: list[Found[Rule]] = []
    reached: dict[tuple[str, str], int] = {}
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        key = (match.value.id, match.section.name)
        if match.end > reached.get(key, -1):
            kept.append(match)
            reached[key] = match.end
    return kept


def _is_met(match: Found[Rule], *, present: set[str], made: _Made) -> bool:
    rule = match.value
    if rule.kind == "barred":
        return False
    if rule.kind == "text":
        return rule.id in present
    # The claim has to say the words of the rule: what is proven of softness is not proven of another promise beside it.
    said = _claims_around(match, made)
    if rule.kind == "evidence":
        return any(finding.evidence in ("valid", "expiring") for finding in said)
    return any(finding.has_reference for finding in said)


def _allowed_claims(findings: Iterable[ClaimFinding]) -> _Made:
    """Returns the findings of allowed claims in their own words, by section in the order of the text."""
    made: _Made = {}
    for finding in sorted(findings, key=lambda finding: finding.start):
        if finding.match == "exact" and finding.status in ("allowed", "mandatory"):
            made.setdefault(finding.section, []).append(finding)
    return made


def _claims_around(match: Found[Rule], made: _Made) -> Iterator[ClaimFinding]:
    """Yields the claims that say the words of a rule. Of two claims in a text, the later one also ends later."""
    own = made.get(match.section.name, [])
    place = bisect_right(own, match.start, key=attrgetter("start"))
    while place and own[place - 1].end >= match.end:
        place -= 1
        yield own[place]


def _finding(rule: Rule, match: Found[Rule]) -> ClaimFinding:
    begin, finish = match.section.sentence_at(match.start, match.end)
    return ClaimFinding(
        verdict="disallowed" if rule.kind in ("barred", "register") else "conditional",
        source="rule",
        match="rule",
        section=match.section.name,
        sentence=match.section.text[begin:finish],
        sentence_start=begin,
        start=match.start,
        end=match.end,
        reason=rule.message,
        rule_id=rule.id,
    )


def _whole_text(rule: Rule) -> ClaimFinding:
    return ClaimFinding(
        verdict="conditional", source="rule", match="rule", section="", sentence="", sentence_start=0, start=0, end=0,
        reason=rule.message, rule_id=rule.id,
    )  # fmt: skip


def _is_in(language: str, words: set[str]) -> bool:
    common = _COMMON_WORDS.get(language)
    return common is None or len(common & words) >= _FEWEST_COMMON_WORDS
