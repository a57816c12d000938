"""Which providers there are, and in which order a request asks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lib.ai.providers.anthropic import anthropic_provider
from lib.ai.providers.base import Capability, Provider
from lib.ai.providers.openai import azure_provider, local_provider, openai_provider
from lib.core.config import Settings
from lib.core.data.circuit_breaker import Circuit, State

_MAKERS: Final = {
    "azure_openai": azure_provider,
    "openai": openai_provider,
    "anthropic": anthropic_provider,
    "local": local_provider,
}
# The chain of reference §6.1 is kept unless somebody is clearly better: by a factor of two.
CLEARLY_WORSE: Final = 2.0


class Request(StrEnum):
    """What matters to a request beside an answer."""

    WRITING = "writing"
    """Somebody reads along: the first token counts."""
    ANALYSIS = "analysis"
    """Nobody reads along: what it costs counts."""
    COMPLIANCE = "compliance"
    """Stays with one provider, for the regulator's sake, and fails closed (domain §7)."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for 1000 tokens."""

    input: float
    output: float

    @property
    def typical(self) -> float:
        """A prompt is about three times as long as its answer."""
        return self.input * 3 + self.output


def _configured(settings: Settings) -> list[Provider]:
    made = (_MAKERS[name](settings) for name in settings.ai_provider_chain)
    return [provider for provider in made if provider is not None]


def configured(settings: Settings, request: Request, needed: frozenset[Capability]) -> list[Provider]:
    """Those that have a key and can do it, in the order of the chain; for compliance the one that it is pinned to."""
    able = [provider for provider in _configured(settings) if needed <= provider.capabilities]
    if request is Request.COMPLIANCE:
        pinned = settings.ai_compliance_provider or next((provider.name for provider in _configured(settings)), None)
        return [provider for provider in able if provider.name == pinned]
    return able


def order(
    providers: Sequence[Provider],
    request: Request,
    circuits: Mapping[str, Circuit],
    prices: Mapping[str, Price],
) -> list[Provider]:
    """The chain, with those behind that are clearly slower or dearer than the best, and last those that do not work.

    A circuit that is half open keeps its place: its probes are what closes it.
    """
    known = {provider.name: circuits.get(provider.name, Circuit()) for provider in providers}
    latencies = [circuit.latency_ms for circuit in known.values() if circuit.latency_ms]
    fastest = min(latencies, default=0)
    cheapest = min((prices[provider.name].typical for provider in providers if provider.name in prices), default=0.0)

    def is_clearly_worse(provider: Provider) -> bool:
        if request is Request.WRITING:
            return known[provider.name].latency_ms > fastest * CLEARLY_WORSE > 0
        if request is Request.ANALYSIS and provider.name in prices:
            # Where the cheapest costs nothing (a server of one's own), every other is clearly dearer.
            return prices[provider.name].typical > cheapest * CLEARLY_WORSE
        return False

    return sorted(
        providers, key=lambda provider: (known[provider.name].state is State.OPEN, is_clearly_worse(provider))
    )
