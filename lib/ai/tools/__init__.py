"""The AI tools of domain §7, each with its prompt, its schema and its bounds."""

from lib.ai.tools.alt_text import GenerateAltText
from lib.ai.tools.base import Finished, Tool
from lib.ai.tools.brand_analysis import AnalyzeBrand
from lib.ai.tools.claims import ReviewClaims, SuggestReplacement
from lib.ai.tools.fields import GrowingFields
from lib.ai.tools.guardrail_check import CheckGuardrails
from lib.ai.tools.metadata import GenerateMetadata
from lib.ai.tools.suggestions import ExtractKeywords, SuggestTitles
from lib.ai.tools.transcreation import Transcreate
from lib.ai.tools.writing import GenerateContent, GenerateField, Regenerate

__all__ = [
    "AnalyzeBrand",
    "CheckGuardrails",
    "ExtractKeywords",
    "Finished",
    "GenerateAltText",
    "GenerateContent",
    "GenerateField",
    "GenerateMetadata",
    "GrowingFields",
    "Regenerate",
    "ReviewClaims",
    "SuggestReplacement",
    "SuggestTitles",
    "Tool",
    "Transcreate",
]
