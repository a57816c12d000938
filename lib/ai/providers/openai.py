"""OpenAI, Azure OpenAI and servers with a compatible API, through the official SDK.

https://platform.openai.com/docs/api-reference/chat
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from lib.ai.models import TokenUsage
from lib.ai.providers.models import Capability, Completion, CompletionRequest, Delta, Embeddings, Fault, ProviderError
from lib.ai.providers.sdk_errors import translating_errors
from lib.ai.providers.server_events import count_in, object_in, objects_in, read_events, text_in
from lib.ai.settings import AiSettings

if TYPE_CHECKING:
    from openai import AsyncAzureOpenAI, AsyncOpenAI

CONNECT_SECONDS: Final = 5.0
_ALL: Final = frozenset(Capability)

type Flavour = Literal["openai", "azure_openai", "local"]


# The arguments of the clients that this instance has made.
_made: Final[set[tuple[Flavour, str | None, str, str]]] = set()


@lru_cache(maxsize=8)
def _client(flavour: Flavour, url: str | None, key: str, api_version: str) -> "AsyncOpenAI | AsyncAzureOpenAI":
    from openai import AsyncAzureOpenAI, AsyncOpenAI

    # The fallback chain retries: it knows the other providers and the time that is left.
    if flavour == "azure_openai":
        assert url is not None
        return AsyncAzureOpenAI(azure_endpoint=url, api_key=key, api_version=api_version, max_retries=0)
    return AsyncOpenAI(base_url=url, api_key=key, max_retries=0)


def _messages(request: CompletionRequest) -> list[dict[str, Any]]:
    content: Any = request.prompt
    if request.images:
        content = [{"type": "text", "text": request.prompt}]
        content += [
            {"type": "image_url", "image_url": {"url": f"data:{image.media_type};base64,{image.data}"}}
            for image in request.images
        ]
    return [{"role": "system", "content": request.system}, {"role": "user", "content": content}]


def _check_end(finish_reason: str | None, refusal: str | None, usage: TokenUsage | None) -> None:
    if finish_reason == "content_filter" or refusal:
        raise ProviderError("the content filter stopped the answer", fault=Fault.REFUSED, usage=usage)
    if finish_reason == "length":
        raise ProviderError("the answer was longer than the tokens allowed for it", usage=usage)
    if finish_reason is None:
        raise ProviderError("the answer broke off", fault=Fault.BROKEN_OFF, usage=usage)


def _usage(used: Any) -> TokenUsage | None:
    if used is None:
        return None
    return TokenUsage(prompt_tokens=used.prompt_tokens, completion_tokens=used.completion_tokens)


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
            async with aclosing(self._chunks(request, first_token_seconds)) as deltas:
                async for delta in deltas:
                    state.has_begun = True
                    yield delta

    async def _chunks(self, request: CompletionRequest, seconds: float) -> AsyncGenerator[Delta]:
        import openai

        finish_reason: str | None = None
        refusal = ""
        usage: TokenUsage | None = None
        # The timeout is the longest silence: before the first token, and between two tokens.
        async with _client(*self._client_arguments).chat.completions.with_streaming_response.create(
            **self._body(request),
            stream=True,
            stream_options={"include_usage": True},
            timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        ) as response:
            async for events in read_events(response.iter_bytes()):
                text, has_failed = "", False
                for _, chunk in events:
                    has_failed = has_failed or bool(chunk.get("error"))
                    for choice in objects_in(chunk, "choices"):
                        delta = object_in(choice, "delta")
                        finish_reason = text_in(choice, "finish_reason") or finish_reason
                        refusal += text_in(delta, "refusal")
                        text += text_in(delta, "content")
                    used = object_in(chunk, "usage")
                    if used:
                        usage = TokenUsage(
                            prompt_tokens=count_in(used, "prompt_tokens"),
                            completion_tokens=count_in(used, "completion_tokens"),
                        )
                if text:
                    yield Delta(text=text)
                if has_failed:
                    raise ProviderError("the answer broke off: it reports an error", fault=Fault.BROKEN_OFF)
        if usage:
            yield Delta(usage=usage)
        _check_end(finish_reason, refusal or None, usage)

    async def complete(self, request: CompletionRequest, *, seconds: float) -> Completion:
        """Returns a whole completion."""
        import openai

        with translating_errors(openai):
            response = await _client(*self._client_arguments).chat.completions.create(
                **self._body(request), timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
            )
        usage = _usage(response.usage) or TokenUsage()
        if not response.choices:
            raise ProviderError("the answer is empty", usage=usage)
        choice = response.choices[0]
        _check_end(choice.finish_reason, choice.message.refusal, usage)
        return Completion(choice.message.content or "", usage)

    async def embed(self, texts: Sequence[str], *, dimensions: int, seconds: float) -> Embeddings:
        """Returns one vector for each text."""
        import openai

        with translating_errors(openai):
            response = await _client(*self._client_arguments).embeddings.create(
                model=self._embedding_deployment,
                input=list(texts),
                dimensions=dimensions,
                timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            )
        vectors = [item.embedding for item in sorted(response.data, key=lambda item: item.index)]
        if len(vectors) != len(texts) or any(len(vector) != dimensions for vector in vectors):
            raise ProviderError("the embeddings do not have the requested dimensions")
        return Embeddings(vectors, response.usage.prompt_tokens)


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
