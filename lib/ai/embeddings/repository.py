"""The data calls of embeddings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from lib.core.data.db import Db, Row, call, command_once, fetch_rows


@dataclass(frozen=True, slots=True)
class EmbeddingOutcome:
    """How a call for embeddings ended."""

    generation_id: str
    tokens: int
    latency_ms: int
    error: str | None
    """Why it failed; None if it did not."""
    contents: list[Row] = field(default_factory=list[Row])
    """{id, version, embedding} of each content."""
    knowledge: list[Row] = field(default_factory=list[Row])
    """{id, version, position, body, embedding} of each chunk of knowledge."""


async def list_texts(db: Db, *, contents: Sequence[str], knowledge: Sequence[str], model: str) -> list[Row]:
    """Lists the texts that have no embedding of the model yet: {kind, id, brand_id, version, body}."""
    arguments = {"contents": list(contents), "knowledge": list(knowledge), "model": model}
    return await fetch_rows(call(db, "texts_to_embed", arguments))


async def begin(db: Db, *, brand_id: str, provider: str, model: str, tokens: int) -> str | None:
    """Reserves the cost and returns the id of the generation; None if the budget of the brand does not cover it."""
    arguments = {"brand_id": brand_id, "provider": provider, "model": model, "tokens": tokens}
    return cast("str | None", (await command_once(db, "begin_embedding", arguments))[0])


async def settle(db: Db, *, outcome: EmbeddingOutcome) -> None:
    """Charges the cost and stores the embeddings."""
    arguments = {
        "generation_id": outcome.generation_id,
        "tokens": outcome.tokens,
        "latency_ms": outcome.latency_ms,
        "error": outcome.error,
        "contents": outcome.contents,
        "knowledge": outcome.knowledge,
    }
    await command_once(db, "settle_embedding", arguments)
