"""The tools as callers use them: one function each, and a second one for tools whose text can be streamed.

All take the caller's principal, the request and the circuits of the providers (``read_health``), and raise:
ValidationFailed for requests with secrets or out of bounds, NotFound and Forbidden, Conflict if the content cannot be
edited, RateLimitExceeded (QUOTA_EXCEEDED) if the budget or the plan is used up, Unprocessable for unreadable sources
and content filters, and ServiceUnavailable (AI_SERVICE_ERROR) if no provider answers.
"""

from collections.abc import AsyncGenerator
from typing import Any

from lib.ai.generations.batch import generate_batch
from lib.ai.generations.generate import generate
from lib.ai.generations.models import Batch, StreamEvent, ToolResult
from lib.ai.generations.stream import generate_in_view, stream
from lib.ai.guardrails.models import GuardrailCheck
from lib.ai.providers.health import Circuits
from lib.ai.tools.alt_text import GenerateAltText
from lib.ai.tools.brand_analysis import AnalyzeBrand
from lib.ai.tools.claim_wordings import SimplifyClaim, StyleClaim
from lib.ai.tools.claims import ReviewClaims, SuggestReplacement
from lib.ai.tools.guardrails import CheckGuardrails
from lib.ai.tools.metadata import GenerateMetadata
from lib.ai.tools.models import (
    AltText,
    AltTextRequest,
    BrandAnalysisRequest,
    BrandProfile,
    ClaimReview,
    ClaimReviewRequest,
    ClaimSimplifyRequest,
    ClaimStyleRequest,
    ClaimWordings,
    FieldRequest,
    GeneratedField,
    GeneratedFields,
    GenerateRequest,
    GuardrailRequest,
    Keywords,
    KeywordsRequest,
    MetadataRequest,
    PageMetadata,
    RegenerateRequest,
    ReplacementRequest,
    Replacements,
    TextReview,
    TextReviewRequest,
    Titles,
    TitlesRequest,
    TranscreateRequest,
    Transcreation,
)
from lib.ai.tools.suggestions import ExtractKeywords, SuggestTitles
from lib.ai.tools.text_review import ReviewText
from lib.ai.tools.transcreation import Transcreate
from lib.ai.tools.writing import GenerateContent, GenerateField, Regenerate
from lib.core.auth.principal import Principal

type Events = AsyncGenerator[StreamEvent]


async def _run(tool: Any, principal: Principal, circuits: Circuits, *, is_in_view: bool) -> ToolResult[Any]:
    """Runs a tool that writes. ``is_in_view``: the caller may follow the text in another connection."""
    run = generate_in_view if is_in_view else generate
    return await run(principal, tool=tool, circuits=circuits)


async def generate_content(
    principal: Principal, *, request: GenerateRequest, circuits: Circuits, is_in_view: bool = False
) -> ToolResult[GeneratedFields]:
    """Fills the output fields of a content, and writes them into it; or those of a template."""
    return await _run(GenerateContent(request), principal, circuits, is_in_view=is_in_view)


async def stream_content(principal: Principal, *, request: GenerateRequest, circuits: Circuits) -> Events:
    """Streams what ``generate_content`` returns."""
    return await stream(principal, tool=GenerateContent(request), circuits=circuits)


async def generate_field(
    principal: Principal, *, request: FieldRequest, circuits: Circuits, is_in_view: bool = False
) -> ToolResult[GeneratedField]:
    """Writes one output field by its own prompt."""
    return await _run(GenerateField(request), principal, circuits, is_in_view=is_in_view)


async def stream_field(principal: Principal, *, request: FieldRequest, circuits: Circuits) -> Events:
    """Streams what ``generate_field`` returns."""
    return await stream(principal, tool=GenerateField(request), circuits=circuits)


async def regenerate(
    principal: Principal, *, request: RegenerateRequest, circuits: Circuits, is_in_view: bool = False
) -> ToolResult[GeneratedFields]:
    """Rewrites fields of a content by feedback; the replaced state is kept as a version."""
    return await _run(Regenerate(request), principal, circuits, is_in_view=is_in_view)


async def stream_regeneration(principal: Principal, *, request: RegenerateRequest, circuits: Circuits) -> Events:
    """Streams what ``regenerate`` returns."""
    return await stream(principal, tool=Regenerate(request), circuits=circuits)


async def transcreate(
    principal: Principal, *, request: TranscreateRequest, circuits: Circuits, is_in_view: bool = False
) -> ToolResult[Transcreation]:
    """Adapts a text to another language and culture."""
    return await _run(Transcreate(request), principal, circuits, is_in_view=is_in_view)


async def stream_transcreation(principal: Principal, *, request: TranscreateRequest, circuits: Circuits) -> Events:
    """Streams what ``transcreate`` returns."""
    return await stream(principal, tool=Transcreate(request), circuits=circuits)


async def generate_metadata(
    principal: Principal, *, request: MetadataRequest, circuits: Circuits
) -> Batch[PageMetadata]:
    """Writes the metadata of each page of a request, or of its text or content."""
    tools = [(url, GenerateMetadata(request, url)) for url in dict.fromkeys(request.urls)]
    tools = tools or [("content", GenerateMetadata(request))]
    return await generate_batch(principal, tools=tools, circuits=circuits)


async def generate_alt_texts(principal: Principal, *, request: AltTextRequest, circuits: Circuits) -> Batch[AltText]:
    """Describes each image of a request."""
    tools = [(image[:200], GenerateAltText(request, image)) for image in request.images]
    return await generate_batch(principal, tools=tools, circuits=circuits)


async def analyze_brand(
    principal: Principal, *, request: BrandAnalysisRequest, circuits: Circuits
) -> ToolResult[BrandProfile]:
    """Suggests the profile of a brand from its pages."""
    return await generate(principal, tool=AnalyzeBrand(request), circuits=circuits)


async def review_claims(
    principal: Principal, *, request: ClaimReviewRequest, circuits: Circuits
) -> ToolResult[ClaimReview]:
    """Reviews claims for a market; rejected claims that a content makes block its publication."""
    return await generate(principal, tool=ReviewClaims(request), circuits=circuits)


async def review_text(
    principal: Principal, *, request: TextReviewRequest, circuits: Circuits
) -> ToolResult[TextReview]:
    """Finds and reviews what a text claims; rejected statements of a content block its publication."""
    return await generate(principal, tool=ReviewText(request), circuits=circuits)


async def suggest_replacements(
    principal: Principal, *, request: ReplacementRequest, circuits: Circuits
) -> ToolResult[Replacements]:
    """Suggests claims in place of one that is not allowed."""
    return await generate(principal, tool=SuggestReplacement(request), circuits=circuits)


async def style_claim(
    principal: Principal, *, request: ClaimStyleRequest, circuits: Circuits
) -> ToolResult[ClaimWordings]:
    """Words a claim in a style; nothing is written into the claim."""
    return await generate(principal, tool=StyleClaim(request), circuits=circuits)


async def simplify_claim(
    principal: Principal, *, request: ClaimSimplifyRequest, circuits: Circuits
) -> ToolResult[ClaimWordings]:
    """Words a claim in plain language; nothing is written into the claim."""
    return await generate(principal, tool=SimplifyClaim(request), circuits=circuits)


async def suggest_titles(principal: Principal, *, request: TitlesRequest, circuits: Circuits) -> ToolResult[Titles]:
    """Suggests different titles."""
    return await generate(principal, tool=SuggestTitles(request), circuits=circuits)


async def extract_keywords(
    principal: Principal, *, request: KeywordsRequest, circuits: Circuits
) -> ToolResult[Keywords]:
    """Finds phrases by which readers would search for a text."""
    return await generate(principal, tool=ExtractKeywords(request), circuits=circuits)


async def check_guardrails(
    principal: Principal, *, request: GuardrailRequest, circuits: Circuits
) -> ToolResult[GuardrailCheck]:
    """Checks a text against the rules of its brand."""
    return await generate(principal, tool=CheckGuardrails(request), circuits=circuits)
