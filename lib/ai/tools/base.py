"""The base of all tools: the request to the model, the parsing of its answer, and the bounds of the output."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt
from lib.ai.prompts.sections import TokenBudget
from lib.ai.providers import Capability, CompletionRequest, Image, Workload
from lib.ai.tools.models import ReviewOfClaim, ToolRequest, Verdict, VettingItem
from lib.core.http.models import ResponseModel

type GenerationType = Annotated[
    Literal[
        "content_generation",
        "field_generation",
        "regeneration",
        "metadata_generation",
        "alt_text",
        "transcreation",
        "brand_analysis",
        "claim_review",
        "title_suggestion",
        "keyword_extraction",
        "replacement_suggestion",
        "claim_styling",
        "claim_simplification",
        "vetting_feedback",
        "guardrail_check",
        "embedding",
    ],
    Field(description="Tool of a generation; `embedding` is made by the platform."),
]


class BeginOptions(ResponseModel):
    """Arguments of ``begin_generation`` in addition to the brand, the content and the parameters."""

    template_id: UUID | None = None
    product_id: UUID | None = None
    market: str | None = None
    claim_id: UUID | None = None
    language: str | None = None
    """The text of the claim to use; null: the original one."""
    step_id: UUID | None = None
    """The step of the content's review."""
    is_forced: bool | None = None
    """Whether what is stored already is produced again."""
    field_id: str | None = None
    """The only field to write."""
    field_ids: list[str] | None = None
    """The fields to write."""
    fields: dict[str, Any] | None = None
    """Values of the template's fields, by field id."""
    topic: str | None = None
    """The subject, by which similar texts of the brand are found; at most 2,000 characters."""
    is_applied: bool | None = None
    """Whether the output is written into the content, which has to be editable then."""


class ContentProposal(ResponseModel):
    """Values to write into the content."""

    fields: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None


class ClaimReviewRecord(ResponseModel):
    """A review of claims that the content makes: rejected claims block its publication until they are overridden."""

    country: str
    strictness: str
    overall: Verdict
    violations: int
    """The number of rejected claims."""
    findings: list[ReviewOfClaim]


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """The output of a tool, within its bounds."""

    result: ResponseModel
    texts: list[str]
    """The visible texts, which are checked against the guardrails."""
    proposal: ContentProposal | None = None
    alignment: float | None = None
    """How much the content sounds like the brand, from 0 to 100: part of its score (domain §3)."""
    claim_review: ClaimReviewRecord | None = None
    vetting_feedback: list[VettingItem] | None = None
    """The points to store with the review of the content."""


class Tool[R: ToolRequest, A](ABC):
    """One request of one tool. ``A`` is the parsed answer of the model, before it is within its bounds."""

    type: ClassVar[GenerationType]
    prompt_version: ClassVar[str]
    """The name of the prompt file with its version."""
    workload: ClassVar[Workload] = Workload.ANALYSIS
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.COMPLETE, Capability.STRUCTURED})
    """The capabilities that a provider must have."""
    max_attempts: ClassVar[int] = 2
    """How often the model is asked at most until its answer is within its bounds."""
    required_brand_fields: ClassVar[tuple[str, ...]] = ()
    """The fields that the brand must have: language, country."""
    temperature: float = 0.7
    max_tokens: ClassVar[int] = 1000
    """The limit of one answer."""

    def __init__(self, request: R) -> None:
        self.request = request
        self.token_budget = TokenBudget()

    def begin_options(self) -> BeginOptions:
        """Returns the tool's own arguments of ``begin_generation``."""
        return BeginOptions()

    @property
    def is_checked_by_model(self) -> bool:
        """Whether a model checks the output against the guardrails."""
        return False

    @property
    def reserved_completion_tokens(self) -> int:
        """The most tokens that one answer can have, as far as it is known before the generation begins."""
        return self.max_tokens

    @property
    def reserved_request_tokens(self) -> int:
        """About how many tokens of the prompt come from the request and not from the database."""
        return 1500

    async def prepare(self, context: GenerationContext) -> None:  # noqa: B027 - most tools have nothing to fetch
        """Fetches pages or images for the prompt. Raises ApiError if none can be had; then nothing is charged."""

    def output_without_model(self, context: GenerationContext) -> ToolOutput | None:
        """Returns the output if no model has to be asked for it."""
        return None

    @abstractmethod
    def render_prompt(self, context: GenerationContext) -> Prompt:
        """Renders the prompt."""

    @abstractmethod
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        """Returns the JSON schema of the answer."""

    @abstractmethod
    def parse(self, text: str, context: GenerationContext) -> A:
        """Parses a completion. Raises ProviderError (malformed) if it does not match the schema."""

    def problems(self, answer: A, context: GenerationContext) -> list[str]:
        """Returns the bounds that the answer does not keep, with figures, for the model to correct."""
        return []

    @abstractmethod
    def build_output(self, answer: A, context: GenerationContext) -> ToolOutput:
        """Brings the answer within its bounds, by cutting what is too long. Raises ProviderError if that fails."""

    def images(self) -> tuple[Image, ...]:
        """Returns the images of the prompt."""
        return ()

    def is_cacheable(self, output: ToolOutput) -> bool:
        """Tells whether the answer is good enough to be returned for the same request again."""
        return True

    def completion_request(self, context: GenerationContext) -> CompletionRequest:
        """Makes the request to the model."""
        prompt = self.render_prompt(context)
        return CompletionRequest(
            system=prompt.system,
            prompt=prompt.user,
            schema=self.response_schema(context),
            temperature=self.temperature,
            top_p=0.9 if self.temperature < 0.5 else None,
            max_tokens=self.max_tokens_for(context),
            images=self.images(),
        )

    def max_tokens_for(self, context: GenerationContext) -> int:
        """Returns the limit of one answer, now that the fields to write are known."""
        return self.max_tokens
