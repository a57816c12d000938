"""The review of the sentences of a text by a model, beside the comparison with the claims (domain §7)."""

import re
from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from lib.claims.checks.matching import summarised
from lib.claims.checks.models import ClaimFinding, MarketCheck
from lib.claims.checks.texts import Section
from lib.core.auth.principal import Principal

MAX_SENTENCES: Final = 50
_MAX_CHARACTERS: Final = 500
_FEWEST_LETTERS: Final = 12
_SPACES: Final = re.compile(r"\s+")


def _sentences(result: MarketCheck, sections: Sequence[Section]) -> list[tuple[Section, int, int]]:
    """Returns the sentences to review, those with findings first."""
    marked = {(found.section, found.sentence_start) for found in result.findings}
    every = [
        (section, start, min(end, start + _MAX_CHARACTERS))
        for section in sections
        for start, end in section.sentences
        if end - start >= _FEWEST_LETTERS or (section.name, start) in marked
    ]
    every.sort(key=lambda place: (place[0].name, place[1]) not in marked)
    return every[:MAX_SENTENCES]


async def review_by_model(
    principal: Principal,
    result: MarketCheck,
    sections: Sequence[Section],
    *,
    brand_id: UUID | None = None,
    content_id: UUID | None = None,
    strictness: Literal["lenient", "standard", "strict"],
) -> MarketCheck:
    """Returns a result with the findings of a model beside the others.

    A model may only add: what the claims or the rules forbid stays forbidden. Raises what ``review_claims`` raises, so
    that no text passes whose review failed.
    """
    # Imported where it is used: it brings the SDKs of the providers along.
    from lib.ai import ClaimReviewRequest, review_claims

    places = _sentences(result, sections)
    claims = [
        {"id": f"s{place}", "text": _SPACES.sub(" ", section.text[start:end]).strip()}
        for place, (section, start, end) in enumerate(places)
    ]
    request = ClaimReviewRequest.model_validate(
        {
            "brandId": brand_id,
            "contentId": content_id,
            "claims": claims,
            "country": result.market,
            "strictness": strictness,
        }
    )
    answer = await review_claims(principal, request=request, circuits={})
    findings = list(result.findings)
    for review in answer.result.reviews:
        if review.status == "approved":
            continue
        section, start, end = places[int(review.id.removeprefix("s"))]
        findings.append(
            ClaimFinding(
                verdict="disallowed" if review.status == "rejected" else "conditional",
                source="ai",
                match="ai",
                section=section.name,
                sentence=section.text[start:end],
                sentence_start=start,
                start=start,
                end=end,
                reason=review.feedback,
            )
        )
    merged = summarised(result.market, findings, ai_reviewed=len(places))
    merged.omitted_findings += result.omitted_findings
    return merged
