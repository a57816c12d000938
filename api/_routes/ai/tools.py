"""The tools that answer with one document; those for several pages or images have a result for each."""

from fastapi import APIRouter

from api._routes.ai.shared import TOOL_ERRORS, AiCaller
from lib import ai
from lib.ai import (
    AltText,
    AltTextRequest,
    Batch,
    BrandAnalysisRequest,
    BrandProfile,
    ClaimReview,
    ClaimReviewRequest,
    Generated,
    GuardrailCheck,
    GuardrailRequest,
    Keywords,
    KeywordsRequest,
    MetadataRequest,
    PageMetadata,
    ReplacementRequest,
    Replacements,
    Titles,
    TitlesRequest,
)
from lib.core.http.envelope import Success

router = APIRouter(prefix="/api/v1/ai", tags=["ai"], responses=TOOL_ERRORS)


@router.post("/metadata")
async def generate_metadata(caller: AiCaller, body: MetadataRequest) -> Success[Batch[PageMetadata]]:
    """What a search engine shows of pages (an item for each), of a text, or of a content, which may take it over."""
    tools = [(url, ai.GenerateMetadata(body, url)) for url in dict.fromkeys(body.urls)]
    tools = tools or [("content", ai.GenerateMetadata(body))]
    return Success(data=await ai.batch(caller.user, tools, caller.circuits))


@router.post("/alt-text")
async def generate_alt_text(caller: AiCaller, body: AltTextRequest) -> Success[Batch[AltText]]:
    """What images show, for those who cannot see them: an item for each, of at most 125 characters."""
    tools = [(image[:200], ai.GenerateAltText(body, image)) for image in body.images]
    return Success(data=await ai.batch(caller.user, tools, caller.circuits))


@router.post("/brand-analysis")
async def analyze_brand(caller: AiCaller, body: BrandAnalysisRequest) -> Success[Generated[BrandProfile]]:
    """A profile of the brand from its pages, by its admins; pages that cannot be read are warnings."""
    return Success(data=await ai.generate(caller.user, ai.AnalyzeBrand(body), caller.circuits))


@router.post("/claims/review")
async def review_claims(caller: AiCaller, body: ClaimReviewRequest) -> Success[Generated[ClaimReview]]:
    """Whether claims may be made in a market; of a content, what is rejected bars publishing it."""
    return Success(data=await ai.generate(caller.user, ai.ReviewClaims(body), caller.circuits))


@router.post("/claims/replacements")
async def suggest_replacement(caller: AiCaller, body: ReplacementRequest) -> Success[Generated[Replacements]]:
    """Claims that may be made of a product where another one may not."""
    return Success(data=await ai.generate(caller.user, ai.SuggestReplacement(body), caller.circuits))


@router.post("/titles")
async def suggest_titles(caller: AiCaller, body: TitlesRequest) -> Success[Generated[Titles]]:
    """As many headlines as are asked for, each another, of at most 60 characters."""
    return Success(data=await ai.generate(caller.user, ai.SuggestTitles(body), caller.circuits))


@router.post("/keywords")
async def extract_keywords(caller: AiCaller, body: KeywordsRequest) -> Success[Generated[Keywords]]:
    """Five to ten phrases by which readers would search for a text."""
    return Success(data=await ai.generate(caller.user, ai.ExtractKeywords(body), caller.circuits))


@router.post("/guardrails/check")
async def check_guardrails(caller: AiCaller, body: GuardrailRequest) -> Success[Generated[GuardrailCheck]]:
    """What in a text breaks the rules of its brand, and how much it sounds like it."""
    return Success(data=await ai.generate(caller.user, ai.CheckGuardrails(body), caller.circuits))
