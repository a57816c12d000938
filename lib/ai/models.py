"""Models that all parts of the AI service share: the context of a generation, and token usage."""

from typing import Any
from uuid import UUID

from pydantic import Field

from lib.core.http.models import ResponseModel
from lib.core.security.elements import ALL_ELEMENTS, RichElements


class TokenUsage(ResponseModel):
    """Tokens that calls of models used, as the providers reported them."""

    prompt_tokens: int = Field(default=0, ge=0, examples=[820])
    """Tokens of the prompts."""
    completion_tokens: int = Field(default=0, ge=0, examples=[240])
    """Tokens of the answers."""


class OutputField(ResponseModel):
    """A field of a template that AI may fill (domain §4)."""

    id: str
    name: str
    type: str = "plain_text"
    required: bool = False
    ai_prompt: str | None = None
    use_brand_identity: bool = False
    use_tone_of_voice: bool = False
    use_guardrails: bool = False
    min_chars: int | None = None
    max_chars: int | None = None
    max_length: int | None = None
    min_words: int | None = None
    max_words: int | None = None
    max_tokens: int | None = None
    allowed_tags: list[str] | None = None

    @property
    def is_html(self) -> bool:
        """Whether the value is HTML."""
        return self.type in ("html", "rich_text")

    @property
    def limit(self) -> int | None:
        """The highest number of visible characters; None if there is no limit."""
        limits = [limit for limit in (self.max_chars, self.max_length) if limit]
        return min(limits) if limits else None


class InputField(ResponseModel):
    """A field of a template that a person fills."""

    id: str
    name: str
    required: bool = False


class TemplateContext(ResponseModel):
    """The template of a generation."""

    name: str
    input_fields: list[InputField]
    output_fields: list[OutputField] = Field(default_factory=list[OutputField])
    """The fields to write."""
    all_outputs: list[OutputField] = Field(default_factory=list[OutputField])
    """All output fields of the template."""


class ContentContext(ResponseModel):
    """The content of a generation."""

    id: UUID
    title: str
    body: str = ""
    metadata: dict[str, Any] = Field(default_factory=dict)
    version: int
    plain_texts: list[str] = Field(default_factory=list)
    """The paths of texts that are text as it was typed, whatever it looks like."""


class ClaimContext(ResponseModel):
    """A claim as it applies in the market (domain §6)."""

    id: UUID | None = None
    master_id: UUID | None = None
    text: str
    original_text: str | None = None
    status: str
    """allowed, disallowed or mandatory."""


class ProductContext(ResponseModel):
    """The product of a generation, with its claims in the market."""

    id: UUID
    name: str
    description: str = ""
    market: str
    ingredients: list[str] = Field(default_factory=list)
    claims: list[ClaimContext] = Field(default_factory=list[ClaimContext])


class ClaimToWord(ResponseModel):
    """The claim of a generation, in one language."""

    id: UUID
    text: str
    status: str
    """allowed, disallowed or mandatory."""


class VettingAgency(ResponseModel):
    """A vetting agency of the brand."""

    id: UUID
    name: str
    priority: str
    """High, Medium or Low."""


class VettingContext(ResponseModel):
    """The step of a review, and the agencies of the market."""

    step: str
    instructions: str = ""
    agencies: list[VettingAgency]


class Passage(ResponseModel):
    """A text of the brand that is similar to the subject: published content or brand knowledge."""

    title: str
    text: str


class ModelPrice(ResponseModel):
    """The price of a provider's model, in US dollars per 1,000 tokens."""

    provider: str
    input_per_1000: float
    output_per_1000: float


class BrandContext(ResponseModel):
    """The brand of a generation."""

    id: UUID
    name: str
    version: int
    description: str = ""
    identity: dict[str, Any] = Field(default_factory=dict)
    tone_of_voice: str = ""
    communication_style: str = ""
    personality: list[str] = Field(default_factory=list)
    guardrails: list[str] = Field(default_factory=list)
    key_messages: list[str] = Field(default_factory=list)
    target_audience: str = ""
    country: str | None = None
    language: str | None = None
    rich_text: list[str] = Field(default_factory=list)
    """The kinds of elements that its rich text takes beyond the allow-list."""

    @property
    def elements(self) -> frozenset[RichElements]:
        """The kinds of elements that its rich text takes, of those that this version knows."""
        return frozenset(each for each in ALL_ELEMENTS if each in self.rich_text)


class GenerationContext(ResponseModel):
    """Everything that a prompt needs, as ``begin_generation`` returns it."""

    id: UUID
    """The id of the generation."""
    brand: BrandContext
    template: TemplateContext | None = None
    content: ContentContext | None = None
    product: ProductContext | None = None
    claim: ClaimToWord | None = None
    vetting: VettingContext | None = None
    values: dict[str, Any] = Field(default_factory=dict)
    """Values of the template's fields, by field id."""
    examples: list[Passage] = Field(default_factory=list[Passage])
    knowledge: list[Passage] = Field(default_factory=list[Passage])
    prices: list[ModelPrice] = Field(default_factory=list[ModelPrice])
