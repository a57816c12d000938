"""Model providers behind one interface; each imports its SDK when it is first asked."""

from lib.ai.providers.base import Completion, Delta, Provider, ProviderError, ProviderRefused
from lib.ai.providers.openai import OpenAIProvider

__all__ = ["Completion", "Delta", "OpenAIProvider", "Provider", "ProviderError", "ProviderRefused"]
