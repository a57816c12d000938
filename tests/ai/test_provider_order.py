"""The order of providers is that of reference §6.1, unless another provider is clearly better."""

import pytest

from lib.ai.providers import Capability, Workload, configured_providers, order_providers
from lib.ai.providers.order import Price
from lib.ai.settings import AiSettings
from lib.core.config import ConfigurationError
from lib.core.data.circuit_breaker import Circuit, State
from lib.core.settings.registry import read_model

KEYS = {
    "AZURE_OPENAI_API_KEY": "k",
    "AZURE_OPENAI_ENDPOINT": "http://azure.test",
    "OPENAI_API_KEY": "k",
    "ANTHROPIC_API_KEY": "k",
    "LOCAL_AI_BASE_URL": "http://local.test/v1",
}
NOTHING = frozenset[Capability]()
PRICES = {
    "azure_openai": Price(0.002, 0.008),
    "openai": Price(0.002, 0.008),
    "anthropic": Price(0.015, 0.075),
    "local": Price(0, 0),
}


def settings(**changes: str) -> AiSettings:
    return read_model(AiSettings, KEYS | changes)


def names(
    workload: Workload,
    *,
    capabilities: frozenset[Capability] = NOTHING,
    circuits: dict[str, Circuit] | None = None,
    **changes: str,
) -> list[str]:
    found = configured_providers(settings(**changes), workload, capabilities)
    return [provider.name for provider in order_providers(found, workload, circuits or {}, PRICES)]


def test_default_order() -> None:
    assert names(Workload.WRITING) == ["azure_openai", "openai", "anthropic", "local"]


def test_configured_order() -> None:
    assert names(Workload.WRITING, AI_PROVIDER_CHAIN="anthropic, openai") == ["anthropic", "openai"]


@pytest.mark.parametrize("chain", ["openai,openai", "gpt", ","])
def test_invalid_order(chain: str) -> None:
    with pytest.raises(ConfigurationError, match="AI_PROVIDER_CHAIN"):
        settings(AI_PROVIDER_CHAIN=chain)


def test_providers_without_a_key_are_left_out() -> None:
    assert names(Workload.WRITING, OPENAI_API_KEY="", LOCAL_AI_BASE_URL="") == ["azure_openai", "anthropic"]


def test_providers_without_the_capability_are_left_out() -> None:
    assert "anthropic" not in names(Workload.ANALYSIS, capabilities=frozenset({Capability.EMBED}))


def test_cheapest_first_for_analysis() -> None:
    """A local server is free, and so clearly cheaper than every other provider."""
    assert names(Workload.ANALYSIS)[0] == "local"
    assert names(Workload.ANALYSIS, LOCAL_AI_BASE_URL="") == ["azure_openai", "openai", "anthropic"]


def test_fastest_first_for_writing() -> None:
    slow = {"azure_openai": Circuit(latency_ms=900), "openai": Circuit(latency_ms=300)}
    assert names(Workload.WRITING, circuits=slow) == ["openai", "anthropic", "local", "azure_openai"]
    alike = {"azure_openai": Circuit(latency_ms=500), "openai": Circuit(latency_ms=300)}
    assert names(Workload.WRITING, circuits=alike)[0] == "azure_openai"


def test_open_circuits_come_last() -> None:
    circuits = {"azure_openai": Circuit(State.OPEN), "openai": Circuit(State.HALF_OPEN)}
    assert names(Workload.WRITING, circuits=circuits) == ["openai", "anthropic", "local", "azure_openai"]


def test_one_provider_for_compliance() -> None:
    assert names(Workload.COMPLIANCE) == ["azure_openai"]
    assert names(Workload.COMPLIANCE, AI_COMPLIANCE_PROVIDER="anthropic") == ["anthropic"]
    assert names(Workload.COMPLIANCE, circuits={"azure_openai": Circuit(State.OPEN)}) == ["azure_openai"]
    # If the named provider has no key, no other one takes its place.
    assert names(Workload.COMPLIANCE, AI_COMPLIANCE_PROVIDER="anthropic", ANTHROPIC_API_KEY="") == []
