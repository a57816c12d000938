"""Resolves the tools that suggest, describe and check: lib/graph/schema/ai.graphql"""

from typing import Any

from pydantic import ValidationError

from lib import ai
from lib.ai import (
    AltText,
    AltTextRequest,
    BatchItemError,
    BrandAnalysisRequest,
    BrandProfile,
    ClaimReview,
    ClaimReviewRequest,
    ClaimSimplifyRequest,
    ClaimStyleRequest,
    ClaimWordings,
    GuardrailCheck,
    GuardrailRequest,
    Keywords,
    KeywordsRequest,
    MetadataRequest,
    PageMetadata,
    ReplacementRequest,
    Replacements,
    TextReview,
    TextReviewRequest,
    Titles,
    TitlesRequest,
    VettingFeedback,
    VettingRequest,
)
from lib.core.http.errors import ValidationFailed
from lib.core.http.validation import details_of
from lib.graph.engine.binding import Info
from lib.graph.resolvers.ai.runs import TOOL_COST, Payload, ask_tool, ask_tool_of_items, bindings

bindings.represents("PageMetadata", PageMetadata)
bindings.represents("AltText", AltText)
bindings.represents("BatchItemError", BatchItemError)
bindings.represents("BrandProfile", BrandProfile)
bindings.represents("ClaimReview", ClaimReview)
bindings.represents("TextReview", TextReview)
bindings.represents("Replacements", Replacements)
bindings.represents("ClaimWordings", ClaimWordings)
bindings.represents("VettingFeedback", VettingFeedback)
bindings.represents("Titles", Titles)
bindings.represents("Keywords", Keywords)
bindings.represents("GuardrailCheck", GuardrailCheck)


def _metadata_request(given: dict[str, Any], url: str | None) -> MetadataRequest:
    """Reads the request for metadata with the page that stands beside it. Raises ValidationFailed."""
    asked = given if url is None else given | {"urls": [url, *(given.get("urls") or [])]}
    try:
        return MetadataRequest.model_validate(asked)
    except ValidationError as error:
        problems = [item | {"loc": ("body", "input", *item["loc"])} for item in error.errors(include_url=False)]
        raise ValidationFailed("the request is not valid", details=details_of(problems, {"input": asked})) from None


@bindings.mutation(operation="ai.generateMetadata", cost=TOOL_COST)
async def generate_metadata(info: Info, *, input: dict[str, Any], url: str | None = None) -> Payload:
    """Writes what search engines show of pages, a text or a content."""
    return await ask_tool_of_items(info, ai.generate_metadata, _metadata_request(input, url))


@bindings.mutation(operation="ai.generateAltTexts", cost=TOOL_COST)
async def generate_alt_texts(info: Info, *, input: AltTextRequest) -> Payload:
    """Describes images."""
    return await ask_tool_of_items(info, ai.generate_alt_texts, input)


@bindings.mutation(operation="ai.analyzeBrand", cost=TOOL_COST)
async def analyze_brand(info: Info, *, input: BrandAnalysisRequest) -> Payload:
    """Suggests the profile of a brand from its pages."""
    return await ask_tool(info, ai.analyze_brand, input)


@bindings.mutation(operation="ai.reviewClaims", cost=TOOL_COST)
async def review_claims(info: Info, *, input: ClaimReviewRequest) -> Payload:
    """Reviews claims for a market."""
    return await ask_tool(info, ai.review_claims, input)


@bindings.mutation(operation="ai.reviewText", cost=TOOL_COST)
async def review_text(info: Info, *, input: TextReviewRequest) -> Payload:
    """Finds and reviews what a text claims."""
    return await ask_tool(info, ai.review_text, input)


@bindings.mutation(operation="ai.suggestReplacements", cost=TOOL_COST)
async def suggest_replacements(info: Info, *, input: ReplacementRequest) -> Payload:
    """Suggests claims in place of one that is not allowed."""
    return await ask_tool(info, ai.suggest_replacements, input)


@bindings.mutation(operation="ai.styleClaim", cost=TOOL_COST)
async def style_claim(info: Info, *, input: ClaimStyleRequest) -> Payload:
    """Words a claim in a style."""
    return await ask_tool(info, ai.style_claim, input)


@bindings.mutation(operation="ai.simplifyClaim", cost=TOOL_COST)
async def simplify_claim(info: Info, *, input: ClaimSimplifyRequest) -> Payload:
    """Words a claim in plain language."""
    return await ask_tool(info, ai.simplify_claim, input)


@bindings.mutation(operation="ai.produceVettingFeedback", cost=TOOL_COST)
async def produce_vetting_feedback(info: Info, *, input: VettingRequest) -> Payload:
    """Says what vetting agencies would object to in a content."""
    return await ask_tool(info, ai.produce_vetting_feedback, input)


@bindings.mutation(operation="ai.suggestTitles", cost=TOOL_COST)
async def suggest_titles(info: Info, *, input: TitlesRequest) -> Payload:
    """Suggests titles."""
    return await ask_tool(info, ai.suggest_titles, input)


@bindings.mutation(operation="ai.extractKeywords", cost=TOOL_COST)
async def extract_keywords(info: Info, *, input: KeywordsRequest) -> Payload:
    """Finds the keywords of a text."""
    return await ask_tool(info, ai.extract_keywords, input)


@bindings.mutation(operation="ai.checkGuardrails", cost=TOOL_COST)
async def check_guardrails(info: Info, *, input: GuardrailRequest) -> Payload:
    """Checks a text against the rules of its brand."""
    return await ask_tool(info, ai.check_guardrails, input)
