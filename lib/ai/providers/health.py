"""The health of the providers, as their circuit breakers know it."""

from collections.abc import Mapping

from lib.ai.settings import PROVIDERS
from lib.core.data.circuit_breaker import Circuit, read_circuits

type Circuits = Mapping[str, Circuit]


async def read_health() -> dict[str, Circuit]:
    """Reads the circuit of each provider, with one command of KV that can run beside the rate limit and the session."""
    return await read_circuits(PROVIDERS)
