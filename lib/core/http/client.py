"""One pool of connections and one TLS context for each instance."""

import math
from functools import lru_cache
from typing import Any, Final

import httpx

from lib.core.http.deadline import within

# Seconds that a call of the data API or of Auth may take in all. Where a request makes several calls, the later ones
# have the rest of its time: see lib/core/http/deadline.py.
TOTAL_SECONDS: Final = 6.0
# Seconds for calls of SQL functions that do much at once, which may take 30 seconds in the database: an import, a bulk
# command, scheduled work. Only functions with a `maxDuration` of 60 have so much time.
PATIENT_SECONDS: Final = 25.0
# Seconds for connecting, and the longest silence. How long an answer may take is given at each call, since an import of
# a thousand contents is silent for longer than a page is.
TIMEOUT: Final = httpx.Timeout(30.0, connect=2.0)


class _Client(httpx.AsyncClient):
    """Ends each call at the request's deadline, whatever its timeout is: httpx applies a timeout to each read alone."""

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        try:
            async with within(math.inf):
                return await super().send(request, **options)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the time of the request is over", request=request) from error


@lru_cache(maxsize=1)
def get_http_client() -> httpx.AsyncClient:
    """Returns the client of this instance, made at the first call."""
    return _Client(timeout=TIMEOUT, limits=httpx.Limits(max_connections=50, max_keepalive_connections=20))
