"""Results of tools, the events of a stream, and the records of generations."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from lib.ai.guardrails.models import GuardrailReport, Violation
from lib.ai.models import TokenUsage
from lib.ai.prompts.sections import Omission
from lib.ai.tools.base import GenerationType
from lib.core.filled import check_filled
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant

type GenerationStatus = Annotated[
    Literal["pending", "completed", "failed"],
    Field(description="Whether a generation is in progress, completed or failed."),
]


class ToolResult[T](ResponseModel):
    """The result of a tool, and how it was made."""

    request_id: UUID
    """The id of the generation: its record is at `GET /ai/generations/{id}`, its progress on the topic `ai:{id}`."""
    result: T
    """The result of the tool."""
    provider: str = Field(examples=["azure_openai"])
    """The provider whose model answered."""
    model: str = Field(examples=["gpt-4o-mini"])
    """The model that answered."""
    prompt_version: str = Field(examples=["generate_content.v2"])
    """The prompt that was used, with its version."""
    usage: TokenUsage
    """The tokens of all calls of models; 0 for an answer from the cache."""
    latency_ms: int = Field(ge=0, examples=[1840])
    """Milliseconds from the request to the result."""
    is_cache_hit: bool
    """Whether the answer comes from the cache, without cost."""
    omissions: list[Omission]
    """Text that the prompt had no room for; empty if everything fitted."""
    guardrails: GuardrailReport | None = None
    """The check of the output against the rules of the brand. Null: the tool's output is not checked."""
    applied_version: int | None = Field(default=None, examples=[4])
    """The version of the content that the output created. Null: the output was not written into a content."""
    not_applied: str | None = Field(default=None, examples=["this needs the permission content.edit in the brand"])
    """Why the output was not written into the content. Null: it was, or it was not meant to be."""


class BatchItemError(ResponseModel):
    """Why an item of a batch failed."""

    code: str = Field(examples=["UNPROCESSABLE"])
    """The error code."""
    message: str = Field(examples=["the page has no text"])
    """The error message."""


class BatchItem[T](ResponseModel):
    """One item of a batch: its result, or its error."""

    source: str = Field(examples=["https://aurora.test/skin"])
    """The page or the image (at most 200 characters of it); `content` for a text or a content."""
    is_success: bool
    """Whether the item has a result."""
    generated: ToolResult[T] | None = None
    """The result. Null: the item failed."""
    error: BatchItemError | None = None
    """The error. Null: the item succeeded."""


class Batch[T](ResponseModel):
    """The items of a batch, in the order of the request."""

    items: list[BatchItem[T]]
    """One item for each page or image."""


class RequestedEvent(ResponseModel):
    """The first event: the generation has begun."""

    request_id: UUID
    """The id of the generation."""


class DeltaEvent(ResponseModel):
    """A piece of text as the model writes it, not yet checked or sanitised."""

    field: str = Field(examples=["headline"])
    """The id of the field that grew; `text` for a transcreation."""
    text: str = Field(examples=["Cold air"])
    """The text to append."""


class RestartedEvent(ResponseModel):
    """Another provider starts again: discard all deltas received so far."""

    provider: str = Field(examples=["openai"])
    """The provider that takes over."""


class ProgressEvent(ResponseModel):
    """A further step after the text was written."""

    stage: Literal["correcting"]
    """`correcting`: the text is out of bounds, and the model is asked to correct it."""
    problems: list[str] = Field(examples=[["headline has 72 characters; it needs at most 60 characters"]])
    """The bounds that the text does not keep, in words."""


class ErrorEvent(ResponseModel):
    """The last event of a stream that failed after its first token."""

    code: str = Field(examples=["AI_SERVICE_ERROR"])
    """The error code."""
    message: str = Field(examples=["no model answered (openai: answered with 500)"])
    """The error message."""


type StreamEventName = Literal["requested", "delta", "restarted", "progress", "completed", "error"]


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One server-sent event. ``completed`` holds the ToolResult and is the last, unless ``error`` is."""

    name: StreamEventName
    data: BaseModel


class ProviderCallRecord(ResponseModel):
    """One call of a model."""

    provider: str = Field(examples=["azure_openai"])
    """The provider."""
    model: str = Field(examples=["gpt-4o-mini"])
    """The model."""
    outcome: str = Field(default="completed", examples=["completed"])
    """`completed`, `cut short` if the caller went away, or the fault: `rate_limited`, `unavailable`, `timed_out`,
    `broken_off`, `malformed`, `rejected`, `refused`."""
    prompt_tokens: int = Field(default=0, ge=0, examples=[820])
    """Tokens of the prompt."""
    completion_tokens: int = Field(default=0, ge=0, examples=[240])
    """Tokens of the answer; estimated if the provider did not report them."""
    milliseconds: int = Field(default=0, ge=0, examples=[1840])
    """Duration of the call."""


class GenerationListed(ResponseModel):
    """The record of one call of a tool."""

    id: UUID
    """The id of the generation, which its result calls `requestId`."""
    brand_id: UUID
    """The brand."""
    user: PersonReference | None
    """The person who asked for it. Null: the platform did (embeddings)."""
    content_id: UUID | None
    """The content. Null: the generation is of a brand, a page or a text."""
    type: GenerationType
    """The tool."""
    status: GenerationStatus
    """Whether it is in progress, completed or failed."""
    provider: str = Field(examples=["azure_openai"])
    """The provider whose model answered, or was asked first."""
    model: str = Field(examples=["gpt-4o-mini"])
    """The model that answered, or was asked first."""
    prompt_version: str = Field(examples=["generate_content.v2"])
    """The prompt that was used, with its version."""
    error: str | None = Field(examples=["no model answered"])
    """Why it failed. Null: it did not."""
    violations: list[Violation]
    """Violations of the brand's rules in the output."""
    is_held: bool
    """Whether the output is kept out of the content because of its violations."""
    override_reason: str | None = Field(examples=["Cleared by legal on 3 March"])
    """Why the violations were overridden. Null: they were not."""
    applied_version: int | None
    """The version of the content that the output created. Null: it was not written into a content."""
    calls: list[ProviderCallRecord]
    """All calls of models, in order."""
    prompt_tokens: int = Field(ge=0, examples=[820])
    """Tokens of the prompts of all calls."""
    completion_tokens: int = Field(ge=0, examples=[240])
    """Tokens of the answers of all calls."""
    cost: float = Field(ge=0, examples=[0.000267])
    """The cost of all calls in US dollars."""
    latency_ms: int | None = Field(examples=[1840])
    """Milliseconds from the request to the result. Null: it is in progress."""
    first_token_ms: int | None = Field(examples=[420])
    """Milliseconds from the call of the model to its first token. Null: no model has written an answer."""
    is_cache_hit: bool
    """Whether the answer comes from the cache, without cost."""
    created_at: Instant
    """When it began."""
    completed_at: Instant | None
    """When it ended. Null: it is in progress."""


class Generation(GenerationListed):
    """The record of one call of a tool, with its output."""

    output: dict[str, Any] | None = Field(examples=[{"result": {"titles": ["What cold wind does to skin"]}}])
    """The whole result of the tool. Null: the generation is in progress or failed."""


@dataclass(frozen=True, slots=True)
class GenerationFilters:
    """Which generations to list; None: all."""

    brand_id: UUID | None = None
    content_id: UUID | None = None
    type: GenerationType | None = None
    status: GenerationStatus | None = None


class OverrideRequest(RequestModel):
    """The reason to use an output despite its violations."""

    reason: Annotated[
        str,
        StringConstraints(min_length=1, max_length=5000, strip_whitespace=True),
        AfterValidator(check_filled),
        Field(examples=["Cleared by legal on 3 March"]),
    ]
    """Why the output may be used: 1 to 5,000 characters. It is kept in the record and in the audit log."""


class AppliedOutput(ResponseModel):
    """The output of a generation that was written into its content."""

    request_id: UUID
    """The id of the generation."""
    applied_version: int = Field(ge=1)
    """The version of the content that the output created."""
