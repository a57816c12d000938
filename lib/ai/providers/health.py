"""The health of the providers, as their circuit breakers know it."""

from collections.abc import Mapping

from lib.ai.settings import PROVIDERS
from lib.core.data.circuit_breaker import Circuit, read_circuits
from lib.core.data.kv import KvUnavailable, ask_kv

type Circuits = Mapping[str, Circuit]


async def read_health() -> dict[str, Circuit]:
    """Reads the circuit of each provider, with one command of KV that can run beside the rate limit and the session."""
    return await read_circuits(PROVIDERS)


async def ask_health() -> dict[str, Circuit]:
    """Reads the circuits by a command of its own, for callers that were admitted already; none without KV."""
    try:
        return await ask_kv(read_health())
    except KvUnavailable:
        return {}
