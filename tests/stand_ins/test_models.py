"""Tests the model server with the providers' own SDKs."""

import json
from collections.abc import AsyncIterator

import anthropic
import openai
import pytest

from local.models.composition import EMBEDDING_DIMENSIONS
from local.stack.client import RunningStack

pytestmark = pytest.mark.anyio

SCHEMA = {
    "type": "object",
    "properties": {
        "headline": {"type": "string", "description": "Headline: plain text, at most 40 characters"},
        "body": {"type": "string", "description": "Body: HTML"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "mood": {"enum": ["calm", "loud"]},
        "score": {"type": "number"},
    },
}


@pytest.fixture
async def client(stack: RunningStack) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key="k", base_url=stack.environment["OPENAI_BASE_URL"], max_retries=0) as made:
        yield made


@pytest.fixture
async def azure(stack: RunningStack) -> AsyncIterator[openai.AsyncAzureOpenAI]:
    async with openai.AsyncAzureOpenAI(
        api_key="k", azure_endpoint=stack.urls["models"], api_version="2024-10-21", max_retries=0
    ) as made:
        yield made


@pytest.fixture
async def client_of_anthropic(stack: RunningStack) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(api_key="k", base_url=stack.urls["models"], max_retries=0) as made:
        yield made


async def ask(client: openai.AsyncOpenAI, text: str, **options: object) -> str:
    answer = await client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": text}], **options
    )
    return answer.choices[0].message.content or ""


async def test_the_same_prompt_gives_the_same_words(client: openai.AsyncOpenAI) -> None:
    first, again, other = [await ask(client, f"Topic: {topic}") for topic in ("Rain", "Rain", "Sun")]
    assert first == again != other


async def test_json_fits_the_schema(client: openai.AsyncOpenAI) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    answer = json.loads(await ask(client, "Topic: Rain\nBrand: Aurora", response_format=wanted))
    assert answer.keys() == SCHEMA["properties"].keys()
    assert len(answer["headline"]) <= 40
    assert answer["body"].startswith("<p>")
    assert answer["mood"] == "calm"


async def test_a_stream_gives_the_whole_answer_and_its_usage(client: openai.AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": "Topic: Rain"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = [chunk async for chunk in stream]
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert text == await ask(client, "Topic: Rain")
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 10


async def test_embeddings_put_like_beside_like(client: openai.AsyncOpenAI) -> None:
    texts = ["winter skin care", "skin care in winter", "roasted coffee beans"]
    answer = await client.embeddings.create(model="text-embedding-3-small", input=texts)
    first, near, far = (item.embedding for item in answer.data)
    assert len(first) == EMBEDDING_DIMENSIONS

    def likeness(other: list[float]) -> float:
        return sum(a * b for a, b in zip(first, other, strict=True))

    assert likeness(near) > 0.8
    assert likeness(far) < 0.2


async def test_faults_on_demand(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as limited:
        await ask(client, "[[fault:429]]")
    assert limited.value.response.headers["retry-after"] == "2"
    with pytest.raises(openai.InternalServerError):
        await ask(client, "[[fault:500]]")
    with pytest.raises(openai.APITimeoutError):
        await ask(client.with_options(timeout=0.3), "[[fault:slow]]")
    assert "not JSON" in await ask(client, "[[fault:malformed]]")


async def test_azure(azure: openai.AsyncAzureOpenAI) -> None:
    assert "Rain" in await ask(azure, "Topic: Rain")
    answer = await azure.embeddings.create(model="ada", input="Rain")
    assert len(answer.data[0].embedding) == EMBEDDING_DIMENSIONS


async def test_anthropic(client_of_anthropic: anthropic.AsyncAnthropic) -> None:
    message = {"role": "user", "content": "Topic: Rain"}
    answer = await client_of_anthropic.messages.create(model="any", max_tokens=100, messages=[message])
    assert answer.content[0].text.startswith("Rain")
    async with client_of_anthropic.messages.stream(model="any", max_tokens=100, messages=[message]) as stream:
        text = "".join([piece async for piece in stream.text_stream])
        final = await stream.get_final_message()
    assert text == answer.content[0].text
    assert final.usage.output_tokens == answer.usage.output_tokens
    with pytest.raises(anthropic.RateLimitError):
        await client_of_anthropic.messages.create(
            model="any", max_tokens=9, messages=[{"role": "user", "content": "[[fault:429]]"}]
        )
