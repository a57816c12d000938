"""Request and result of transcreateContent (domain §7)."""

from pydantic import Field

from lib.ai.tools.models.base import CountryCode, LanguageCode, SourceText, WritingRequest
from lib.core.http.models import RequestModel, ResponseModel


class TranscreationOptions(RequestModel):
    """How freely the text is adapted."""

    keep_style: bool = True
    """Keep the style of the original."""
    adapt_idioms: bool = True
    """Replace idioms by idioms of the target language."""
    localise_examples: bool = True
    """Replace examples by examples from the target country."""
    keep_length: bool = False
    """Keep the length of the original to within 20 %; a result outside of that has a warning."""


class TranscreateRequest(WritingRequest):
    """A request to adapt a text to another language and culture."""

    content: SourceText
    """The text or HTML to adapt: 1 to 50,000 characters."""
    source_language: LanguageCode = "en"
    """The language of `content` (ISO 639-1)."""
    target_language: LanguageCode | None = None
    """The language to write in (ISO 639-1). Null: the language of the brand; 400 if the brand has none."""
    country: CountryCode | None = None
    """The country to write for (ISO 3166-1 alpha-2). Null: the country of the brand; 400 if the brand has none."""
    options: TranscreationOptions = Field(default_factory=TranscreationOptions)
    """Options of the adaptation; all have defaults."""


class Adaptation(ResponseModel):
    """One expression that was adapted rather than translated."""

    original: str = Field(examples=["a piece of cake"])
    """The expression in the source language."""
    adapted: str = Field(examples=["ein Kinderspiel"])
    """The expression that replaces it."""
    reason: str = Field(examples=["An idiom"])
    """Why it was adapted."""


class Scores(ResponseModel):
    """The model's own assessment of its text; each score is from 0 to 1."""

    fluency: float = Field(ge=0, le=1, examples=[0.9])
    """How natural the text reads."""
    fidelity: float = Field(ge=0, le=1, examples=[0.9])
    """How much of the meaning is kept."""
    cultural_fit: float = Field(ge=0, le=1, examples=[0.8])
    """How well the text fits the target country."""
    brand_voice: float = Field(ge=0, le=1, examples=[0.9])
    """How much the text sounds like the brand."""


class Transcreation(ResponseModel):
    """A text in its target language."""

    text: str = Field(examples=["Kalte Luft hält wenig Wasser."])
    """The adapted text; sanitised HTML if the original is HTML."""
    language: str = Field(examples=["de"])
    """The language of `text` (ISO 639-1)."""
    country: str = Field(examples=["DE"])
    """The country that it was written for (ISO 3166-1 alpha-2)."""
    adaptations: list[Adaptation]
    """Up to 50 expressions that were adapted."""
    scores: Scores
    """The model's own assessment."""
    warnings: list[str] = Field(examples=[[]])
    """Up to 20 warnings of the model for a person to review, and one if the length differs."""
