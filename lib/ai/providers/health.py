from lib.core.config import PROVIDERS
from lib.core.data.circuit_breaker import Circuit, read_circuits


async def read_health() -> dict[str, Circuit]:
    """How each provider is; one command of KV, to be asked beside the limit and the session."""
    return await read_circuits(PROVIDERS)
