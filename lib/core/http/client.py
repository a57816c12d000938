"""One pool of connections and one TLS context for each instance."""

import math
from functools import lru_cache
from typing import Any, Final

import httpx

from lib.core.http.deadline import within

# The longest that a call of the data API or of Auth may take in all. Where a request makes several, the later ones have
# what is left of its time: see lib/core/http/deadline.py.
TOTAL_SECONDS: Final = 6.0
# For calls of SQL functions that do much at once, which may take 30 seconds in the database: an import, a bulk command,
# work of the scheduler. Only functions with a `maxDuration` of 60 have so much time.
PATIENT_SECONDS: Final = 25.0
# Connecting by itself, and the last resort against silence: how long an answer may take is said at each call, since an
# import of a thousand contents is silent for longer than a page is.
TIMEOUT: Final = httpx.Timeout(30.0, connect=2.0)


class _Client(httpx.AsyncClient):
    """Ends each call with the request's time, whatever timeout it names: httpx takes that for each read by itself."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        try:
            async with within(math.inf):
                return await super().send(request, **options)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the time of the request is over", request=request) from error


@lru_cache(maxsize=1)
def get_http_client() -> httpx.AsyncClient:
    return _Client(timeout=TIMEOUT, limits=httpx.Limits(max_connections=50, max_keepalive_connections=20))
