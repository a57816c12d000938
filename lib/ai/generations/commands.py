"""The payloads of the commands that begin and settle a generation."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from lib.ai.guardrails.models import Violation
from lib.ai.providers.fallback_chain import ProviderCall
from lib.ai.tools.base import BeginOptions, ClaimReviewRecord, ContentProposal, GenerationType
from lib.ai.tools.models import VettingItem
from lib.core.data.db import Row


@dataclass(frozen=True, slots=True)
class BeginGeneration:
    """A request to begin a generation: rights, inputs and cost are checked by ``begin_generation``."""

    brand_id: UUID | None
    content_id: UUID | None
    type: GenerationType
    prompt_version: str
    required_brand_fields: tuple[str, ...]
    parameters: dict[str, Any]
    """The parameters of the request, for the record; without its texts."""
    candidates: list[tuple[str, str]]
    """Provider and model of all that may be asked; the dearest one is reserved for."""
    prompt_tokens: int
    """The most tokens of the prompt that do not come from the database."""
    completion_tokens: int
    """The most tokens of one answer."""
    attempts: int
    """How often a model is asked at most."""
    options: BeginOptions

    def as_payload(self) -> Row:
        """Returns the JSON that ``begin_generation`` expects."""
        tenant = {"brandId": self.brand_id, "contentId": self.content_id}
        return {
            "type": self.type,
            "promptVersion": self.prompt_version,
            "requires": list(self.required_brand_fields),
            "parameters": self.parameters,
            "candidates": [{"provider": provider, "model": model} for provider, model in self.candidates],
            "bounds": {
                "promptTokens": self.prompt_tokens,
                "completionTokens": self.completion_tokens,
                "attempts": self.attempts,
            },
            **{name: str(value) for name, value in tenant.items() if value is not None},
            **self.options.model_dump(mode="json", by_alias=True, exclude_none=True),
        }


@dataclass(frozen=True, slots=True)
class GenerationOutcome:
    """How a generation ended, for ``settle_generation``."""

    generation_id: UUID
    status: Literal["completed", "failed"]
    provider: str
    model: str
    calls: list[ProviderCall]
    is_cache_hit: bool
    latency_ms: int
    output: Row | None = None
    """The ToolResult as JSON. None: the generation failed."""
    proposal: ContentProposal | None = None
    violations: list[Violation] | None = None
    is_held: bool = False
    alignment: float | None = None
    claim_review: ClaimReviewRecord | None = None
    vetting_feedback: list[VettingItem] | None = None
    error: str | None = None
    is_cut_short: bool = False
    """The caller went away after the first token: the generation counts against the plan."""

    def as_payload(self) -> Row:
        """Returns the JSON that ``settle_generation`` expects."""
        first_tokens = (call.first_token_ms for call in self.calls if call.first_token_ms is not None)
        optional = {
            "firstTokenMs": next(first_tokens, None),
            "output": self.output,
            "proposal": self.proposal.model_dump(mode="json", exclude_none=True) if self.proposal else None,
            "alignment": self.alignment,
            "claimReview": self.claim_review.model_dump(mode="json", by_alias=True) if self.claim_review else None,
            "vettingFeedback": [item.model_dump(mode="json", by_alias=True) for item in self.vetting_feedback]
            if self.vetting_feedback is not None
            else None,
            "error": self.error,
        }
        return {
            "generationId": str(self.generation_id),
            "status": self.status,
            "provider": self.provider,
            "model": self.model,
            "calls": [call.as_record() for call in self.calls],
            "isCacheHit": self.is_cache_hit,
            "latencyMs": self.latency_ms,
            "violations": [item.model_dump(mode="json", by_alias=True) for item in self.violations or []],
            "isHeld": self.is_held,
            "isCutShort": self.is_cut_short,
            **{name: value for name, value in optional.items() if value is not None},
        }
