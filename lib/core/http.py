"""One pool of connections and one TLS context for each instance."""

from functools import lru_cache
from typing import Final

import httpx

# The longest that a request waits for the data API or Auth; a function may run for ten seconds.
TIMEOUT: Final = httpx.Timeout(5.0, connect=2.0)


@lru_cache(maxsize=1)
def get_http_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(max_connections=50, max_keepalive_connections=20))
