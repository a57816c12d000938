"""Selects the providers for a request, and the order in which they are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lib.ai.providers.anthropic import anthropic_provider
from lib.ai.providers.models import Capability, Provider
from lib.ai.providers.openai import azure_provider, local_provider, openai_provider
from lib.ai.settings import AiSettings
from lib.core.data.circuit_breaker import Circuit, State

_MAKERS: Final = {
    "azure_openai": azure_provider,
    "openai": openai_provider,
    "anthropic": anthropic_provider,
    "local": local_provider,
}
# The order of reference §6.1 is kept unless another provider is better by this factor.
CLEARLY_WORSE: Final = 2.0


class Workload(StrEnum):
    """The kind of work, which decides by what a provider is chosen."""

    WRITING = "writing"
    """A person reads the answer as it is written: chosen by the time to the first token."""
    ANALYSIS = "analysis"
    """Nobody reads along: chosen by price."""
    COMPLIANCE = "compliance"
    """Always the same provider, without a fallback, so that reviews are comparable (domain §7)."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per 1,000 tokens."""

    input: float
    output: float

    @property
    def typical(self) -> float:
        """The price of a typical call: its prompt has about three times the tokens of its answer."""
        return self.input * 3 + self.output


def _all_configured(settings: AiSettings) -> list[Provider]:
    made = (_MAKERS[name](settings) for name in settings.ai_provider_chain)
    return [provider for provider in made if provider is not None]


def configured_providers(
    settings: AiSettings, workload: Workload, capabilities: frozenset[Capability]
) -> list[Provider]:
    """Returns the providers that have a key and the capabilities, in the order of AI_PROVIDER_CHAIN.

    For compliance, only the provider of AI_COMPLIANCE_PROVIDER, or else the first one configured.
    """
    able = [provider for provider in _all_configured(settings) if capabilities <= provider.capabilities]
    if workload is Workload.COMPLIANCE:
        first = next((provider.name for provider in _all_configured(settings)), None)
        pinned = settings.ai_compliance_provider or first
        return [provider for provider in able if provider.name == pinned]
    return able


def order_providers(
    providers: Sequence[Provider],
    workload: Workload,
    circuits: Mapping[str, Circuit],
    prices: Mapping[str, Price],
) -> list[Provider]:
    """Keeps the order, but moves clearly slower or dearer providers back, and providers with an open circuit last.

    A provider whose circuit is half open keeps its place: its probes close the circuit.
    """
    known = {provider.name: circuits.get(provider.name, Circuit()) for provider in providers}
    latencies = [circuit.latency_ms for circuit in known.values() if circuit.latency_ms]
    fastest = min(latencies, default=0)
    cheapest = min((prices[provider.name].typical for provider in providers if provider.name in prices), default=0.0)

    def is_clearly_worse(provider: Provider) -> bool:
        if workload is Workload.WRITING:
            return known[provider.name].latency_ms > fastest * CLEARLY_WORSE > 0
        if workload is Workload.ANALYSIS and provider.name in prices:
            # If the cheapest is free (a local server), every other provider is clearly dearer.
            return prices[provider.name].typical > cheapest * CLEARLY_WORSE
        return False

    return sorted(
        providers, key=lambda provider: (known[provider.name].state is State.OPEN, is_clearly_worse(provider))
    )
