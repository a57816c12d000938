"""Requests and results of the tools, one file for each noun."""

from lib.ai.tools.models.alt_text import AltText, AltTextRequest
from lib.ai.tools.models.base import ToolRequest, WritingRequest
from lib.ai.tools.models.brand_analysis import BrandAnalysisRequest, BrandProfile, PageWarning, SuggestedAgency
from lib.ai.tools.models.claim_wordings import (
    ClaimSimplifyRequest,
    ClaimStyleRequest,
    ClaimWording,
    ClaimWordingRequest,
    ClaimWordings,
)
from lib.ai.tools.models.claims import (
    ClaimReview,
    ClaimReviewRequest,
    Replacement,
    ReplacementRequest,
    Replacements,
    ReviewedStatement,
    ReviewOfClaim,
    TextReview,
    TextReviewRequest,
    Verdict,
)
from lib.ai.tools.models.guardrails import GuardrailRequest
from lib.ai.tools.models.metadata import MetadataRequest, PageMetadata
from lib.ai.tools.models.suggestions import Keywords, KeywordsRequest, Titles, TitlesRequest
from lib.ai.tools.models.transcreation import Adaptation, Scores, TranscreateRequest, Transcreation
from lib.ai.tools.models.vetting import VettingFeedback, VettingItem, VettingRequest
from lib.ai.tools.models.writing import (
    FieldRequest,
    GeneratedField,
    GeneratedFields,
    GenerateRequest,
    RegenerateRequest,
    RetryCandidate,
    TemplateRequest,
)

__all__ = [
    "Adaptation",
    "AltText",
    "AltTextRequest",
    "BrandAnalysisRequest",
    "BrandProfile",
    "ClaimReview",
    "ClaimReviewRequest",
    "ClaimSimplifyRequest",
    "ClaimStyleRequest",
    "ClaimWording",
    "ClaimWordingRequest",
    "ClaimWordings",
    "FieldRequest",
    "GenerateRequest",
    "GeneratedField",
    "GeneratedFields",
    "GuardrailRequest",
    "Keywords",
    "KeywordsRequest",
    "MetadataRequest",
    "PageMetadata",
    "PageWarning",
    "RegenerateRequest",
    "Replacement",
    "ReplacementRequest",
    "Replacements",
    "RetryCandidate",
    "ReviewOfClaim",
    "ReviewedStatement",
    "Scores",
    "SuggestedAgency",
    "TemplateRequest",
    "TextReview",
    "TextReviewRequest",
    "Titles",
    "TitlesRequest",
    "ToolRequest",
    "TranscreateRequest",
    "Transcreation",
    "Verdict",
    "VettingFeedback",
    "VettingItem",
    "VettingRequest",
    "WritingRequest",
]
