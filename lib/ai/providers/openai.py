"""OpenAI, Azure OpenAI and servers with a compatible API, through the official SDK.

https://platform.openai.com/docs/api-reference/chat
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from lib.ai.providers.models import (
    Capability,
    Completion,
    CompletionRequest,
    Delta,
    Embeddings,
    ReportedUsage,
    completion_of,
)
from lib.ai.providers.openai_format import chat_deltas
from lib.ai.providers.sdk_errors import as_provider_error, translating_errors
from lib.ai.providers.server_events import read_document
from lib.ai.providers.vectors import embeddings_in
from lib.ai.settings import AiSettings
from lib.ai.text.tokens import count_tokens

if TYPE_CHECKING:
    from openai import AsyncAzureOpenAI, AsyncOpenAI

CONNECT_SECONDS: Final = 5.0
_ALL: Final = frozenset(Capability)

type Flavour = Literal["openai", "azure_openai", "local"]


# The arguments of the clients that this instance has made.
_made: Final[set[tuple[Flavour, str | None, str, str]]] = set()


@lru_cache(maxsize=8)
def _client(flavour: Flavour, url: str | None, key: str, api_version: str) -> "AsyncOpenAI | AsyncAzureOpenAI":
    from openai import AsyncAzureOpenAI, AsyncOpenAI, DefaultAsyncHttpxClient

    from lib.ai.providers.transport import BoundedTransport

    client = DefaultAsyncHttpxClient(transport=BoundedTransport())
    # The fallback chain retries: it knows the other providers and the time that is left.
    if flavour == "azure_openai":
        assert url is not None
        return AsyncAzureOpenAI(
            azure_endpoint=url, api_key=key, api_version=api_version, max_retries=0, http_client=client
        )
    return AsyncOpenAI(base_url=url, api_key=key, max_retries=0, http_client=client)


def _messages(request: CompletionRequest) -> list[dict[str, Any]]:
    content: Any = request.prompt
    if request.images:
        content = [{"type": "text", "text": request.prompt}]
        content += [
            {"type": "image_url", "image_url": {"url": f"data:{image.media_type};base64,{image.data}"}}
            for image in request.images
        ]
    return [{"role": "system", "content": request.system}, {"role": "user", "content": content}]


# The most that one text may have: OpenAI refuses all texts of a request for one of more than 8,192 tokens, and no token
# is shorter than a byte.
_BYTES_OF_A_TEXT: Final = 8000
# The most that one request for embeddings may hold; OpenAI takes 2,048 texts and 300,000 tokens.
_TEXTS_OF_A_CALL: Final = 256
_TOKENS_OF_A_CALL: Final = 200_000


def _calls(texts: Sequence[str]) -> list[list[str]]:
    """Splits texts into requests."""
    calls: list[list[str]] = []
    tokens = 0
    for whole in texts:
        text = whole.encode()[:_BYTES_OF_A_TEXT].decode(errors="ignore")
        size = count_tokens(text)
        if not calls or len(calls[-1]) == _TEXTS_OF_A_CALL or tokens + size > _TOKENS_OF_A_CALL:
            calls.append([])
            tokens = 0
        calls[-1].append(text)
        tokens += size
    return calls


class OpenAIProvider:
    """A provider with the API of OpenAI.

    ``model`` is the model that is priced, ``deployment`` its name at Azure; elsewhere both are the same.
    """

    capabilities = _ALL

    def __init__(
        self,
        flavour: Flavour,
        *,
        model: str,
        embedding_model: str,
        url: str | None,
        key: str,
        deployment: str | None = None,
        embedding_deployment: str | None = None,
        api_version: str = "",
    ) -> None:
        self.name: Flavour = flavour
        self.model = model
        self.embedding_model = embedding_model
        self._deployment = deployment or model
        self._embedding_deployment = embedding_deployment or embedding_model
        self._client_arguments = (flavour, url, key, api_version)

    async def warm_up(self) -> None:
        """Imports the SDK and creates the client."""
        if self._client_arguments not in _made:  # a thread for each request would take longer than all else here
            await asyncio.to_thread(_client, *self._client_arguments)
            _made.add(self._client_arguments)

    def _body(self, request: CompletionRequest) -> dict[str, Any]:
        # Local servers know only the older name of the limit.
        bound = "max_tokens" if self.name == "local" else "max_completion_tokens"
        body: dict[str, Any] = {
            "model": self._deployment,
            "messages": _messages(request),
            "temperature": request.temperature,
            bound: request.max_tokens,
        }
        if request.top_p is not None:
            body["top_p"] = request.top_p
        if request.schema is not None:
            schema = {"name": "answer", "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    async def stream(self, request: CompletionRequest, *, first_token_seconds: float) -> AsyncIterator[Delta]:
        """Streams a completion."""
        import openai

        with translating_errors(openai) as state:
            options = {"stream": True, "stream_options": {"include_usage": True}}
            async with aclosing(self._deltas(self._body(request) | options, first_token_seconds)) as deltas:
                async for delta in deltas:
                    state.has_begun = True
                    yield delta

    async def _deltas(self, body: dict[str, Any], seconds: float) -> AsyncGenerator[Delta]:
        import openai

        # The timeout is the longest silence: before the first token, and between two tokens.
        async with (
            _client(*self._client_arguments).chat.completions.with_streaming_response.create(
                **body, timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
            ) as response,
            aclosing(chat_deltas(response.iter_bytes())) as deltas,
        ):
            async for delta in deltas:
                yield delta

    async def complete(self, request: CompletionRequest, *, seconds: float) -> Completion:
        """Returns a whole completion."""
        import openai

        with translating_errors(openai):
            return await completion_of(request, self._deltas(self._body(request), seconds))

    async def embed(self, texts: Sequence[str], *, dimensions: int, seconds: float) -> Embeddings:
        """Returns one vector for each text."""
        import openai

        vectors, tokens = list[list[float]](), 0
        ends_at = time.monotonic() + seconds
        for part in _calls(texts):
            try:
                async with asyncio.timeout(ends_at - time.monotonic()):
                    made = embeddings_in(await self._embed(part, dimensions, seconds), part, dimensions)
            except Exception as error:
                failure = as_provider_error(openai, error)
                if vectors:  # the calls before it are paid for
                    own = failure.usage.prompt_tokens if failure.usage else None
                    failure.usage = ReportedUsage(prompt_tokens=tokens + (own or 0))
                raise failure from error
            vectors += made.vectors
            tokens += made.tokens
        return Embeddings(vectors, tokens)

    async def _embed(self, texts: list[str], dimensions: int, seconds: float) -> dict[str, Any]:
        import openai

        async with _client(*self._client_arguments).embeddings.with_streaming_response.create(
            model=self._embedding_deployment,
            input=texts,
            dimensions=dimensions,
            # Older local servers refuse base64.
            encoding_format="float" if self.name == "local" else "base64",
            timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        ) as response:
            return await read_document(response.iter_bytes())


def openai_provider(settings: AiSettings) -> OpenAIProvider | None:
    """Makes the provider of OpenAI; None without a key."""
    if settings.openai_api_key is None:
        return None
    return OpenAIProvider(
        "openai",
        model=settings.openai_model,
        embedding_model=settings.ai_embedding_model,
        url=settings.openai_base_url,
        key=settings.openai_api_key,
    )


def azure_provider(settings: AiSettings) -> OpenAIProvider | None:
    """Makes the provider of Azure OpenAI; None without a key and an endpoint."""
    if settings.azure_openai_api_key is None or settings.azure_openai_endpoint is None:
        return None
    return OpenAIProvider(
        "azure_openai",
        model=settings.azure_openai_model,
        embedding_model=settings.ai_embedding_model,
        url=settings.azure_openai_endpoint,
        key=settings.azure_openai_api_key,
        deployment=settings.azure_openai_deployment,
        embedding_deployment=settings.azure_openai_embedding_deployment,
        api_version=settings.azure_openai_api_version,
    )


def local_provider(settings: AiSettings) -> OpenAIProvider | None:
    """Makes the provider of a local server with the API of OpenAI (Ollama, vLLM, llama.cpp); None without a URL."""
    if settings.local_ai_base_url is None:
        return None
    return OpenAIProvider(
        "local",
        model=settings.local_ai_model,
        embedding_model=settings.local_ai_embedding_model,
        url=settings.local_ai_base_url,
        key=settings.local_ai_api_key,
    )
