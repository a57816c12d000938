from lib.core.circuit_breaker import Circuit, read_circuits
from lib.core.config import PROVIDERS


async def read_health() -> dict[str, Circuit]:
    """How each provider is; one command of KV, to be asked beside the limit and the session."""
    return await read_circuits(PROVIDERS)
