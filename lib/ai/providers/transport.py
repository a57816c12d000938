"""The connections of the SDKs of models, which bound what a provider sends. Imported when a client is made."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final, override

import httpx2

from lib.ai.providers.models import Fault, ProviderError

# Far more than the embeddings of one call, and than any completion.
MAX_ANSWER_BYTES: Final = 32_000_000
# Connections to one provider: more than an instance has requests at once.
_LIMITS: Final = httpx2.Limits(max_connections=200, max_keepalive_connections=50)
_ENCODINGS: Final = ("content-encoding", "content-length", "transfer-encoding")


class _Bounded(httpx2.AsyncByteStream):
    """The unpacked bytes of an answer. Raises ProviderError (malformed) behind so many."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async with aclosing(self._response.aiter_bytes()) as pieces:  # pyright: ignore[reportArgumentType]
            async for piece in pieces:
                read += len(piece)
                if read > MAX_ANSWER_BYTES:
                    raise ProviderError(f"the answer has more than {MAX_ANSWER_BYTES} bytes", fault=Fault.MALFORMED)
                yield piece

    @override
    async def aclose(self) -> None:
        await self._response.aclose()


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Asks for answers that are not compressed, and unpacks others piece by piece up to a bound.

    The SDKs read the bodies of refusals in whole, whatever their size.
    """

    def __init__(self) -> None:
        self._transport = httpx2.AsyncHTTPTransport(limits=_LIMITS)

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await self._transport.handle_async_request(request)
        headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _ENCODINGS]
        response.request = request
        return httpx2.Response(
            response.status_code, headers=headers, stream=_Bounded(response), extensions=response.extensions
        )

    @override
    async def aclose(self) -> None:
        await self._transport.aclose()
