"""Providers of models behind one interface. Each imports its SDK when it is first used."""

from lib.ai.providers.anthropic import AnthropicProvider
from lib.ai.providers.models import (
    TRANSIENT_FAULTS,
    Capability,
    Completion,
    CompletionRequest,
    Delta,
    Embeddings,
    Fault,
    Image,
    Provider,
    ProviderError,
)
from lib.ai.providers.openai import OpenAIProvider
from lib.ai.providers.order import Workload, configured_providers, order_providers

__all__ = [
    "TRANSIENT_FAULTS",
    "AnthropicProvider",
    "Capability",
    "Completion",
    "CompletionRequest",
    "Delta",
    "Embeddings",
    "Fault",
    "Image",
    "OpenAIProvider",
    "Provider",
    "ProviderError",
    "Workload",
    "configured_providers",
    "order_providers",
]
