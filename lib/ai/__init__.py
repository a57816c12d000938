"""AI tools: each writes in the voice of the brand and leaves a record."""

from lib.ai.models import GenerateRequest
from lib.ai.service import generate

__all__ = ["GenerateRequest", "generate"]
