from typing import Any
from uuid import UUID

from lib.ai.models import GenerateRequest, GenerationContext, InputField, OutputField, TokenUsage
from lib.core.context import current_context
from lib.core.db import Db, call, command, run
from lib.core.errors import Conflict


async def request_generation(
    db: Db, *, request: GenerateRequest, provider: str, model: str, prompt_version: str
) -> GenerationContext:
    arguments = {
        "content_id": str(request.content_id),
        "provider": provider,
        "model": model,
        "prompt_version": prompt_version,
        "parameters": request.model_dump(mode="json", exclude={"content_id"}),
    }
    found: dict[str, Any] = (await command(db, "request_generation", arguments))[0]
    if current_context().response_headers.get("Idempotency-Replayed") == "true":
        raise Conflict("this generation was asked for before: what came of it is in the content's events")
    return GenerationContext(
        id=found["id"],
        brand=found["brand"],
        template_name=found["template"]["name"],
        input_fields=[InputField.model_validate(field) for field in found["template"]["input_fields"]],
        output_fields=[OutputField.model_validate(field) for field in found["template"]["output_fields"]],
        title=found["content"]["title"],
        values=found["content"]["fields"],
    )


async def complete_generation(
    db: Db, *, generation_id: UUID, output: dict[str, str], usage: TokenUsage, latency_ms: int
) -> int | None:
    """The version of the content that the output made; None when someone changed the content meanwhile."""
    arguments = {
        "generation_id": str(generation_id),
        "output": output,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "latency_ms": latency_ms,
    }
    return (await run(call(db, "complete_generation", arguments))).data["applied_version"]


async def fail_generation(db: Db, *, generation_id: UUID, error: str, latency_ms: int) -> None:
    arguments = {"generation_id": str(generation_id), "error": error, "latency_ms": latency_ms}
    await run(call(db, "fail_generation", arguments))
