"""Model providers behind one interface; each imports its SDK when it is first asked."""

from lib.ai.providers.anthropic import AnthropicProvider
from lib.ai.providers.base import (
    TRANSIENT,
    Answer,
    Capability,
    Completion,
    Delta,
    Embeddings,
    Fault,
    Image,
    Provider,
    ProviderError,
)
from lib.ai.providers.openai import OpenAIProvider
from lib.ai.providers.selection import Request, configured, order

__all__ = [
    "TRANSIENT",
    "Answer",
    "AnthropicProvider",
    "Capability",
    "Completion",
    "Delta",
    "Embeddings",
    "Fault",
    "Image",
    "OpenAIProvider",
    "Provider",
    "ProviderError",
    "Request",
    "configured",
    "order",
]
