"""The tools that answer with JSON only; those for several pages or images have a result for each."""

from fastapi import APIRouter

from api._routes.ai.callers import TOOL_ERRORS, AiCaller
from lib import ai
from lib.ai import (
    AltText,
    AltTextRequest,
    Batch,
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
    ToolResult,
    VettingFeedback,
    VettingRequest,
)
from lib.core.http.envelope import Success
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/ai", tags=["ai"], responses=TOOL_ERRORS)


@router.post("/metadata", name="generate_metadata")
async def generate_metadata(caller: AiCaller, body: MetadataRequest) -> Success[Batch[PageMetadata]]:
    """Writes what a search engine shows of up to 5 web pages, of a text, or of a content.

    Requires the permission `ai.use`, and a language and a country of the brand. Each page has an item with its result
    or its error; if all items fail, so does the request. With `apply`, the metadata is written into the content.
    """
    return Success(data=await ai.generate_metadata(caller.user, request=body, circuits=caller.circuits))


@router.post("/alt-text", name="generate_alt_texts")
async def generate_alt_texts(caller: AiCaller, body: AltTextRequest) -> Success[Batch[AltText]]:
    """Describes up to 5 images for people who cannot see them.

    Requires the permission `ai.use`. Each image has an item with its texts or its error; if all items fail, so does the
    request.
    """
    return Success(data=await ai.generate_alt_texts(caller.user, request=body, circuits=caller.circuits))


@router.post("/brand-analysis", name="analyze_brand")
async def analyze_brand(caller: AiCaller, body: BrandAnalysisRequest) -> Success[ToolResult[BrandProfile]]:
    """Suggests the profile of a brand from 1 to 5 of its web pages, for review.

    Requires the permission `brand.update`. Nothing is written into the brand. Pages that cannot be read are warnings;
    422 if none can be read.
    """
    return Success(data=await ai.analyze_brand(caller.user, request=body, circuits=caller.circuits))


@router.post("/claims/review", name="review_claims")
async def review_claims(caller: AiCaller, body: ClaimReviewRequest) -> Success[ToolResult[ClaimReview]]:
    """Reviews up to 50 claims for a market.

    Requires the permission `ai.use`. With `contentId`, rejected claims that the content makes block the publication of
    its present version until they are overridden. If the model does not answer, no claim is approved: 503.
    """
    return Success(data=await ai.review_claims(caller.user, request=body, circuits=caller.circuits))


@router.post("/claims/check", name="review_text")
async def review_text(caller: AiCaller, body: TextReviewRequest) -> Success[ToolResult[TextReview]]:
    """Finds what a text claims in a market, in whatever words, and reviews each statement.

    Requires the permission `ai.use`. It finds the meaning where `POST /claims/check` compares words; publishing asks
    for the latter. With `contentId` and no `text`, rejected statements block the publication of the content's present
    version until they are overridden. If the model does not answer, nothing is approved: 503.
    """
    return Success(data=await ai.review_text(caller.user, request=body, circuits=caller.circuits))


@router.post("/claims/replacements", name="suggest_replacements")
async def suggest_replacements(caller: AiCaller, body: ReplacementRequest) -> Success[ToolResult[Replacements]]:
    """Suggests claims in place of a claim that is not allowed for a product in a market.

    Requires the permission `ai.use`. 404 if the product has no such claim in the market.
    """
    return Success(data=await ai.suggest_replacements(caller.user, request=body, circuits=caller.circuits))


@router.post("/claims/style", name="style_claim")
async def style_claim(caller: AiCaller, body: ClaimStyleRequest) -> Success[ToolResult[ClaimWordings]]:
    """Words a claim, or a text like one, as a headline, for running text, formally or playfully.

    Requires the permission `ai.use`; a claim also `claim.read`, and the link of its catalogue brand to the brand: 404
    otherwise. Our code compares numbers, units, marks and limiting words with those of the claim and asks again where
    one is missing or new; what is still wrong then is a warning of the variant. Nothing is written into the claim.
    """
    return Success(data=await ai.style_claim(caller.user, request=body, circuits=caller.circuits))


@router.post("/claims/simplify", name="simplify_claim")
async def simplify_claim(caller: AiCaller, body: ClaimSimplifyRequest) -> Success[ToolResult[ClaimWordings]]:
    """Words a claim, or a text like one, in plain language that is as easy to read as requested.

    Requires what `claims/style` requires, and checks the same; the reading level is measured by our code as well.
    Nothing is written into the claim.
    """
    return Success(data=await ai.simplify_claim(caller.user, request=body, circuits=caller.circuits))


@router.post("/vetting-feedback", name="produce_vetting_feedback")
async def produce_vetting_feedback(caller: AiCaller, body: VettingRequest) -> Success[ToolResult[VettingFeedback]]:
    """Says what the active, verified vetting agencies of a market would object to in a content, for a step of its
    review.

    Requires the permissions `ai.use` and `workflow.read`. Produced once for each version, step and market, and stored
    with the review; `force` produces it again. 409 while it is being produced, for a closed step, and for a market
    without an agency. If the model does not answer, there is no feedback: 503.
    """
    return Success(data=await ai.produce_vetting_feedback(caller.user, request=body, circuits=caller.circuits))


@router.post("/titles", name="suggest_titles")
async def suggest_titles(caller: AiCaller, body: TitlesRequest) -> Success[ToolResult[Titles]]:
    """Suggests 1 to 10 different titles of at most 60 characters.

    Requires the permission `ai.use`, and a language and a country of the brand.
    """
    return Success(data=await ai.suggest_titles(caller.user, request=body, circuits=caller.circuits))


@router.post("/keywords", name="extract_keywords")
async def extract_keywords(caller: AiCaller, body: KeywordsRequest) -> Success[ToolResult[Keywords]]:
    """Finds 5 to 10 phrases by which readers would search for a text.

    Requires the permission `ai.use`, and a language and a country of the brand.
    """
    return Success(data=await ai.extract_keywords(caller.user, request=body, circuits=caller.circuits))


@router.post("/guardrails/check", name="check_guardrails")
async def check_guardrails(caller: AiCaller, body: GuardrailRequest) -> Success[ToolResult[GuardrailCheck]]:
    """Checks a text against the rules of its brand, and rates how much it sounds like the brand.

    Requires the permission `ai.use`. For the text of a content, the rating becomes a part of the content's score.
    """
    return Success(data=await ai.check_guardrails(caller.user, request=body, circuits=caller.circuits))
