"""Answers that were given before, for a day (reference §4.3).

The key holds the tenant and everything that the answer depends on: the tool, the brand and its version, the model, and
the whole prompt with its version, which is the normalised input. Who asks has been let through by begin_generation
before anything is looked up.
"""

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any, Final

from lib.ai.models import BrandContext
from lib.ai.providers import Completion
from lib.core.config import get_settings
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.telemetry.logs import log

SECONDS: Final = 24 * 3600
# What is larger costs more to carry than to write again.
MAX_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as the model gave it: what the tool makes of it is made again, under today's rules."""

    answer: str
    provider: str
    model: str
    check: str | None
    """Likewise of the model that held it against the guardrails."""


def key_of(tool: str, version: str, brand: BrandContext, model: str, completion: Completion) -> str:
    asked = [completion.system, completion.prompt, completion.schema, completion.temperature, completion.max_tokens]
    images = [hashlib.sha256(image.data.encode()).hexdigest() for image in completion.images]
    whole = json.dumps([tool, version, brand.version, model, asked, images], sort_keys=True, ensure_ascii=False)
    return f"ai:{get_settings().environment}:{brand.id}:{hashlib.sha256(whole.encode()).hexdigest()}"


async def find(key: str) -> Kept | None:
    """None as well while KV is away."""
    try:
        stored = await ask_kv(get_kv().get(key))
    except KvUnavailable as error:
        log(logging.WARNING, "KV is not available", fields={"cache": "ai", "reason": str(error)})
        return None
    if stored is None:
        return None
    found: dict[str, Any] = json.loads(stored)
    return Kept(found["answer"], found["provider"], found["model"], found["check"])


async def keep(key: str, kept: Kept) -> None:
    stored = json.dumps(
        {"answer": kept.answer, "provider": kept.provider, "model": kept.model, "check": kept.check},
        ensure_ascii=False,
    )
    if len(stored.encode()) > MAX_BYTES:
        return
    try:
        await ask_kv(get_kv().set(key, stored, ex=SECONDS))
    except KvUnavailable as error:
        log(logging.WARNING, "KV is not available", fields={"cache": "ai", "reason": str(error)})
