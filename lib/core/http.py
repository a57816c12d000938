"""One pool of connections and one TLS context for each instance."""

from functools import lru_cache
from typing import Final

import httpx

# The longest that a call of the data API or of Auth may take in all. A request makes one, after at most 1.5 s
# in KV, and a function may run for ten seconds.
TOTAL_SECONDS: Final = 6.0
# Connecting by itself, and the last resort against silence: how long an answer may take is said at each call, since an
# import of a thousand contents is silent for longer than a page is.
TIMEOUT: Final = httpx.Timeout(30.0, connect=2.0)


@lru_cache(maxsize=1)
def get_http_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(max_connections=50, max_keepalive_connections=20))
