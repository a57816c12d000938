"""The cache of answers, which keeps them for 24 hours (reference §4.3).

The key contains the brand and everything that the answer depends on: the tool, the brand's version, the model, and the
whole prompt with its version. begin_generation has checked the caller's rights before anything is looked up.
"""

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any, Final

from lib.ai.models import BrandContext
from lib.ai.providers import CompletionRequest
from lib.core.config import get_settings
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.telemetry.logs import log

SECONDS: Final = 24 * 3600
# Larger answers take longer to fetch than they are worth.
MAX_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """The text of an answer as the model returned it: the tool parses it again, by its present rules."""

    text: str
    provider: str
    model: str
    guardrail_check: str | None
    """The text of the model's check against the guardrails; None if it was not checked by a model."""


def key_of(tool: str, prompt_version: str, brand: BrandContext, model: str, request: CompletionRequest) -> str:
    """Returns the key of a request. ``model`` is the one that is asked first."""
    parts = [request.system, request.prompt, request.schema, request.temperature, request.max_tokens]
    images = [hashlib.sha256(image.data.encode()).hexdigest() for image in request.images]
    whole = json.dumps([tool, prompt_version, brand.version, model, parts, images], sort_keys=True, ensure_ascii=False)
    return f"ai:{get_settings().environment}:{brand.id}:{hashlib.sha256(whole.encode()).hexdigest()}"


async def find(key: str) -> CachedAnswer | None:
    """Reads an answer; None if there is none, or if KV is not available."""
    try:
        stored = await ask_kv(get_kv().get(key))
    except KvUnavailable as error:
        log(logging.WARNING, "KV is not available", fields={"cache": "ai", "reason": str(error)})
        return None
    if stored is None:
        return None
    found: dict[str, Any] = json.loads(stored)
    return CachedAnswer(found["answer"], found["provider"], found["model"], found["check"])


async def store(key: str, answer: CachedAnswer) -> None:
    """Stores an answer of at most 200,000 bytes; does nothing if KV is not available."""
    stored = json.dumps(
        {
            "answer": answer.text,
            "provider": answer.provider,
            "model": answer.model,
            "check": answer.guardrail_check,
        },
        ensure_ascii=False,
    )
    if len(stored.encode()) > MAX_BYTES:
        return
    try:
        await ask_kv(get_kv().set(key, stored, ex=SECONDS))
    except KvUnavailable as error:
        log(logging.WARNING, "KV is not available", fields={"cache": "ai", "reason": str(error)})
