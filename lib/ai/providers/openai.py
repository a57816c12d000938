"""OpenAI, Azure OpenAI, and every server that speaks their language, through the official SDK.

https://platform.openai.com/docs/api-reference/chat
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from lib.ai.models import TokenUsage
from lib.ai.providers.base import Answer, Capability, Completion, Delta, Embeddings, Fault, ProviderError
from lib.ai.providers.faults import translated
from lib.core.config import Settings

if TYPE_CHECKING:
    from openai import AsyncAzureOpenAI, AsyncOpenAI

CONNECT_SECONDS: Final = 5.0
_ALL: Final = frozenset(Capability)

type Flavour = Literal["openai", "azure_openai", "local"]


@lru_cache(maxsize=8)
def _client(flavour: Flavour, url: str | None, key: str, api_version: str) -> "AsyncOpenAI | AsyncAzureOpenAI":
    from openai import AsyncAzureOpenAI, AsyncOpenAI

    # Retries are the chain's: it knows whom else to ask, and how much time there is.
    if flavour == "azure_openai":
        assert url is not None
        return AsyncAzureOpenAI(azure_endpoint=url, api_key=key, api_version=api_version, max_retries=0)
    return AsyncOpenAI(base_url=url, api_key=key, max_retries=0)


def _messages(completion: Completion) -> list[dict[str, Any]]:
    content: Any = completion.prompt
    if completion.images:
        content = [{"type": "text", "text": completion.prompt}]
        content += [
            {"type": "image_url", "image_url": {"url": f"data:{image.media_type};base64,{image.data}"}}
            for image in completion.images
        ]
    return [{"role": "system", "content": completion.system}, {"role": "user", "content": content}]


def _check_end(finish_reason: str | None, refusal: str | None, usage: TokenUsage | None) -> None:
    if finish_reason == "content_filter" or refusal:
        raise ProviderError("its content filter stopped the answer", fault=Fault.REFUSED, usage=usage)
    if finish_reason == "length":
        raise ProviderError("the answer was longer than the tokens allowed for it", usage=usage)
    if finish_reason is None:
        raise ProviderError("the answer broke off", fault=Fault.BROKEN_OFF, usage=usage)


def _usage(used: Any) -> TokenUsage | None:
    if used is None:
        return None
    return TokenUsage(prompt_tokens=used.prompt_tokens, completion_tokens=used.completion_tokens)


class OpenAIProvider:
    """``model`` is what is priced; ``deployment`` what Azure calls it, and the same elsewhere."""

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
        self._arguments = (flavour, url, key, api_version)

    async def warm_up(self) -> None:
        await asyncio.to_thread(_client, *self._arguments)

    def _request(self, completion: Completion) -> dict[str, Any]:
        # The older name of the bound is the one that local servers know.
        bound = "max_tokens" if self.name == "local" else "max_completion_tokens"
        asked: dict[str, Any] = {
            "model": self._deployment,
            "messages": _messages(completion),
            "temperature": completion.temperature,
            bound: completion.max_tokens,
        }
        if completion.top_p is not None:
            asked["top_p"] = completion.top_p
        if completion.schema is not None:
            schema = {"name": "answer", "strict": True, "schema": completion.schema}
            asked["response_format"] = {"type": "json_schema", "json_schema": schema}
        return asked

    async def stream(self, completion: Completion, *, first_token_seconds: float) -> AsyncIterator[Delta]:
        import openai

        with translated(openai) as answering:
            async with aclosing(self._chunks(completion, first_token_seconds)) as deltas:
                async for delta in deltas:
                    answering.has_begun = True
                    yield delta

    async def _chunks(self, completion: Completion, seconds: float) -> AsyncGenerator[Delta]:
        import openai

        # Seconds of silence: until the first token, and between any two.
        stream = await _client(*self._arguments).chat.completions.create(
            **self._request(completion),
            stream=True,
            stream_options={"include_usage": True},
            timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        )
        finish_reason: str | None = None
        refusal = ""
        usage: TokenUsage | None = None
        async with stream:
            async for chunk in stream:
                for choice in chunk.choices:
                    finish_reason = choice.finish_reason or finish_reason
                    refusal += getattr(choice.delta, "refusal", None) or ""
                    if choice.delta.content:
                        yield Delta(text=choice.delta.content)
                usage = _usage(chunk.usage) or usage
        if usage:
            yield Delta(usage=usage)
        _check_end(finish_reason, refusal or None, usage)

    async def complete(self, completion: Completion, *, seconds: float) -> Answer:
        import openai

        with translated(openai):
            answer = await _client(*self._arguments).chat.completions.create(
                **self._request(completion), timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
            )
        usage = _usage(answer.usage) or TokenUsage()
        if not answer.choices:
            raise ProviderError("the answer is empty", usage=usage)
        choice = answer.choices[0]
        _check_end(choice.finish_reason, choice.message.refusal, usage)
        return Answer(choice.message.content or "", usage)

    async def embed(self, texts: Sequence[str], *, dimensions: int, seconds: float) -> Embeddings:
        import openai

        with translated(openai):
            answer = await _client(*self._arguments).embeddings.create(
                model=self._embedding_deployment,
                input=list(texts),
                dimensions=dimensions,
                timeout=openai.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            )
        vectors = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
        if len(vectors) != len(texts) or any(len(vector) != dimensions for vector in vectors):
            raise ProviderError("the embeddings have another shape than was asked for")
        return Embeddings(vectors, answer.usage.prompt_tokens)


def openai_provider(settings: Settings) -> OpenAIProvider | None:
    if settings.openai_api_key is None:
        return None
    return OpenAIProvider(
        "openai",
        model=settings.openai_model,
        embedding_model=settings.ai_embedding_model,
        url=settings.openai_base_url,
        key=settings.openai_api_key,
    )


def azure_provider(settings: Settings) -> OpenAIProvider | None:
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


def local_provider(settings: Settings) -> OpenAIProvider | None:
    """Ollama, vLLM, llama.cpp: whatever offers ``/v1/chat/completions``."""
    if settings.local_ai_base_url is None:
        return None
    return OpenAIProvider(
        "local",
        model=settings.local_ai_model,
        embedding_model=settings.local_ai_embedding_model,
        url=settings.local_ai_base_url,
        key=settings.local_ai_api_key,
    )
