"""What callers may ask of the tools: the input bounds of domain §7."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from lib.core.http.models import RequestModel
from lib.core.languages import check_language

type Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(examples=["GB"])]
type LanguageCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2}$"), AfterValidator(check_language), Field(examples=["de"])
]
type LanguageTag = Annotated[
    str,
    StringConstraints(min_length=2, max_length=10, pattern=r"^[A-Za-z]{2}(-[A-Za-z0-9]+)*$"),
    AfterValidator(check_language),
    Field(examples=["en-GB"]),
]
type PageUrl = Annotated[
    str,
    StringConstraints(max_length=2000, pattern=r"^https?://[^\s<>\"]+$"),
    Field(examples=["https://aurora.test/skin"]),
]
type OutputFieldId = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-zA-Z0-9_]{0,49}$"), Field(examples=["headline"])
]
type Term = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
type Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50_000, strip_whitespace=True),
    Field(examples=["Cold air holds little water, and skin feels tight."]),
]
type Instructions = Annotated[str, StringConstraints(max_length=5000), Field(examples=["Begin with a question"])]

MAX_INPUT_CHARACTERS = 8000
MAX_OUTPUT_CHARACTERS = 20_000


def _check_values(values: dict[str, Any], limit: int) -> dict[str, Any]:
    for name, value in values.items():
        if len(value if isinstance(value, str) else repr(value)) > limit:
            raise ValueError(f"{name} has more than {limit} characters")
    return values


type InputValues = Annotated[
    dict[OutputFieldId, Any],
    Field(max_length=50, examples=[{"topic": "Cold wind"}]),
    AfterValidator(lambda values: _check_values(values, MAX_INPUT_CHARACTERS)),
]
type OutputValues = Annotated[
    dict[OutputFieldId, Any],
    Field(max_length=50, examples=[{"headline": "What cold wind does to skin"}]),
    AfterValidator(lambda values: _check_values(values, MAX_OUTPUT_CHARACTERS)),
]


class ToolRequest(RequestModel):
    """For a brand, or for a content of it."""

    brand_id: UUID | None = None
    content_id: UUID | None = None
    regenerate: bool = False
    """Asks the model even where the same was asked within a day."""

    @model_validator(mode="after")
    def _names_a_tenant(self) -> Self:
        if self.brand_id is None and self.content_id is None:
            raise ValueError("brandId or contentId is needed")
        return self


class WritingRequest(ToolRequest):
    stream: bool = True
    """Answer with server-sent events; otherwise with one JSON document."""
    check_guardrails: bool = True
    """Have a model hold the answer against the guardrails as well; what can be told by rule is looked for always."""


class TemplateRequest(WritingRequest):
    """Of a content, with the form that it has; or of a template, with inputs, for a content that is not yet there."""

    template_id: UUID | None = None
    inputs: InputValues = Field(default_factory=dict)
    product_id: UUID | None = None
    market: Country | None = None
    instructions: Instructions = ""

    @model_validator(mode="after")
    def _names_a_form(self) -> Self:
        if (self.content_id is None) == (self.template_id is None):
            raise ValueError("either contentId, or brandId and templateId are needed")
        if self.content_id is not None and self.inputs:
            raise ValueError("the inputs are those of the content")
        return self


class GenerateRequest(TemplateRequest):
    """Fills the output fields (generateFromTemplate)."""

    tone: Literal["formal", "casual", "playful", "professional"] | None = None
    length: Literal["short", "medium", "long"] = "medium"
    include_keywords: list[Term] = Field(default_factory=list, max_length=20, examples=[["winter"]])
    avoid_terms: list[Term] = Field(default_factory=list, max_length=50, examples=[["miracle"]])


class FieldRequest(TemplateRequest):
    """Writes one output field (generateField)."""

    field_id: OutputFieldId
    outputs: OutputValues = Field(default_factory=dict)
    """What the other output fields hold, where there is no content that says it."""


class RegenerateRequest(WritingRequest):
    """Writes a field anew, or several together, by what was wrong with them."""

    content_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - needed
    field_id: OutputFieldId | None = None
    sections: list[OutputFieldId] | None = Field(
        default=None, min_length=1, max_length=10, examples=[["headline", "body"]]
    )
    feedback: str = Field(min_length=1, max_length=2000, examples=["Too cold; speak to the reader"])

    @model_validator(mode="after")
    def _names_one_of_both(self) -> Self:
        if (self.field_id is None) == (self.sections is None):
            raise ValueError("name either fieldId or sections")
        return self


class MetadataRequest(ToolRequest):
    """Of pages, one item for each, or of a text, or of a content's own text."""

    urls: list[PageUrl] = Field(default_factory=list, max_length=5)
    content: Text | None = None
    keywords: list[Term] = Field(default_factory=list, max_length=20, examples=[["winter skin"]])
    intent: str = Field(default="", max_length=200, examples=["People who look for advice"])
    apply: bool = False
    """Write title, description and keywords into the content that is named."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not self.urls and self.content is None and self.content_id is None:
            raise ValueError("urls, content or contentId is needed")
        if self.apply and (self.content_id is None or self.urls):
            raise ValueError("only the metadata of a content's own text can be applied to it")
        return self


type ImageSource = Annotated[
    str,
    StringConstraints(max_length=20_100_000, pattern=r"^(https?://[^\s<>\"]+|data:image/[a-z.+-]+;base64,.+)$"),
    Field(examples=["https://aurora.test/frost.jpg"]),
]


class AltTextRequest(ToolRequest):
    images: list[ImageSource] = Field(min_length=1, max_length=5)
    language: LanguageTag | None = None
    """Null: the brand's."""


class TranscreationOptions(RequestModel):
    keep_style: bool = True
    adapt_idioms: bool = True
    localise_examples: bool = True
    keep_length: bool = False


class TranscreateRequest(WritingRequest):
    content: Text
    source_language: LanguageCode = "en"
    target_language: LanguageCode | None = None
    """Null: the brand's."""
    country: Country | None = None
    options: TranscreationOptions = Field(default_factory=TranscreationOptions)


class BrandAnalysisRequest(ToolRequest):
    brand_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - needed
    name: str = Field(min_length=1, max_length=200, examples=["Aurora Skincare"])
    urls: list[PageUrl] = Field(min_length=1, max_length=5)
    language: LanguageCode | None = None
    country: Country | None = None


class ReviewedClaim(RequestModel):
    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_.-]{1,100}$", examples=["c1"])
    text: str = Field(min_length=1, max_length=500, examples=["Heals dry skin overnight"])


class ClaimReviewRequest(ToolRequest):
    claims: list[ReviewedClaim] = Field(max_length=50)
    country: Country
    strictness: Literal["lenient", "standard", "strict"] = "standard"
    product_id: UUID | None = None

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [claim.id for claim in self.claims if claim.id]
        if len(set(ids)) < len(ids):
            raise ValueError("the ids of the claims must differ")
        return self


class TitlesRequest(ToolRequest):
    content: Text | None = None
    topic: str | None = Field(default=None, min_length=1, max_length=400, examples=["Cold wind and skin"])
    count: int = Field(default=5, ge=1, le=10)
    keywords: list[Term] = Field(default_factory=list, max_length=20, examples=[["winter skin"]])

    @model_validator(mode="after")
    def _has_a_subject(self) -> Self:
        if self.content is None and self.topic is None and self.content_id is None:
            raise ValueError("content, topic or contentId is needed")
        return self


class KeywordsRequest(ToolRequest):
    content: Annotated[
        str,
        StringConstraints(min_length=1, max_length=6000, strip_whitespace=True),
        Field(examples=["Cold air holds little water, and skin feels tight."]),
    ]


class ReplacementRequest(ToolRequest):
    brand_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - needed
    claim_id: UUID
    product_id: UUID
    market: Country
    max_suggestions: int = Field(default=3, ge=1, le=3)


class GuardrailRequest(ToolRequest):
    """Of a text, or of a content's own."""

    text: Text | None = None
    market: Country | None = None
    product_id: UUID | None = None

    @model_validator(mode="after")
    def _has_a_text(self) -> Self:
        if self.text is None and self.content_id is None:
            raise ValueError("text or contentId is needed")
        return self


class Override(RequestModel):
    reason: Annotated[
        str,
        StringConstraints(min_length=1, max_length=5000, strip_whitespace=True),
        Field(examples=["Cleared by legal on 3 March"]),
    ]


class BudgetRequest(RequestModel):
    brand_id: UUID
    amount: float = Field(ge=0, le=1_000_000_000, examples=[250])
    """US dollars a month."""
