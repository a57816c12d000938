"""The settings of model providers, read from the environment once for each instance."""

import os
from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from lib.core.settings.registry import CommaSeparated, SettingsModel, Url, read_model, register

PROVIDERS: Final = ("azure_openai", "openai", "anthropic", "local")


def _check_chain(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names or set(names) - set(PROVIDERS) or len(set(names)) < len(names):
        raise ValueError(f"names each of {', '.join(PROVIDERS)} once at most")
    return names


type ProviderChain = Annotated[CommaSeparated, AfterValidator(_check_chain)]


@register
class AiSettings(SettingsModel):
    """Access to the providers, which are tried in the order of the chain if they have a key (reference §6.1)."""

    ai_provider_chain: ProviderChain = PROVIDERS
    # The provider that reviews claims; if unset, the first of the chain that has a key.
    ai_compliance_provider: str | None = None
    ai_embedding_model: str = "text-embedding-3-small"
    azure_openai_endpoint: Url | None = None
    azure_openai_api_key: str | None = None
    azure_openai_api_version: str = "2024-10-21"
    azure_openai_deployment: str | None = None
    azure_openai_embedding_deployment: str | None = None
    azure_openai_model: str = "gpt-4o-mini"
    openai_api_key: str | None = None
    openai_base_url: Url | None = None
    openai_model: str = "gpt-4o-mini"
    anthropic_api_key: str | None = None
    anthropic_base_url: Url | None = None
    anthropic_model: str = "claude-sonnet-5-5"
    local_ai_base_url: Url | None = None
    local_ai_api_key: str = "none"
    local_ai_model: str = "llama3.1"
    local_ai_embedding_model: str = "nomic-embed-text"
    # Seconds: until the first token of one provider, for a whole answer of one, and for all that a request does.
    ai_first_token_seconds: float = Field(default=12.0, gt=0, le=45)
    ai_answer_seconds: float = Field(default=25.0, gt=0, le=45)
    # Domain §7 gives the providers 45 s of the function's 60; three less leave room for a slow database on both sides.
    ai_total_seconds: float = Field(default=42.0, gt=0, le=45)


@lru_cache(maxsize=1)
def get_ai_settings() -> AiSettings:
    """Returns the settings of the providers for this instance. Raises ConfigurationError."""
    return read_model(AiSettings, os.environ)
