"""Requests and results of the tools that word a claim in another way."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from lib.ai.tools.models.base import LanguageCode, ToolRequest
from lib.core.http.models import ResponseModel
from lib.core.http.validation import missing_field

type ClaimStyle = Annotated[
    Literal["headline", "body", "formal", "playful"], Field(description="The style of a wording.")
]
type ReadingLevel = Annotated[
    Literal["very_easy", "easy", "medium"],
    Field(description="How easy a wording is to read: a LIX of at most 30, 40 or 50."),
]
type _ClaimText = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class ClaimWordingRequest(ToolRequest):
    """A request to word a claim, or a text like one, in another way. Nothing is written into the claim."""

    brand_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - required
    """The brand in whose voice to write."""
    claim_id: UUID | None = None
    """The claim. Required unless `text` is given."""
    text: _ClaimText | None = Field(default=None, examples=["Reduces dry skin by up to 30% in 4 weeks*"])
    """A text in place of a claim, 1 to 500 characters. Required unless `claimId` is given."""
    language: LanguageCode | None = None
    """The language: which text of the claim, or which language `text` is in. Null: the original text, taken for the
    brand's language."""
    count: int = Field(default=3, ge=1, le=5)
    """How many wordings to return at most, 1 to 5."""

    @model_validator(mode="after")
    def _names_one_text(self) -> Self:
        if self.claim_id is None and self.text is None:
            raise missing_field("claimId", "is required without text")
        if self.claim_id is not None and self.text is not None:
            raise ValueError("claimId and text exclude each other")
        return self


class ClaimStyleRequest(ClaimWordingRequest):
    """A request to word a claim in a style."""

    style: ClaimStyle
    """headline: short, at most 60 characters; body: a sentence for running text; formal; playful."""
    max_characters: int | None = Field(default=None, ge=20, le=500)
    """The most characters of a wording, 20 to 500. Null: 60 for a headline, 300 for the other styles."""


class ClaimSimplifyRequest(ClaimWordingRequest):
    """A request to word a claim in plain language."""

    reading_level: ReadingLevel = "easy"
    """How easy it should be to read."""
    max_characters: int = Field(default=300, ge=20, le=500)
    """The most characters of a wording, 20 to 500."""


class ClaimWording(ResponseModel):
    """Another wording of a claim."""

    text: str = Field(examples=["Up to 30% less dry skin in 4 weeks*"])
    """The wording, plain text."""
    characters: int = Field(ge=1, le=500, examples=[35])
    """How many characters it has."""
    reason: str = Field(examples=["Leads with the figure."])
    """Why it is worded so, at most 1,000 characters."""
    is_meaning_kept: bool
    """Whether our check found every number, unit, mark and limiting word of the claim in it, and no new one. It knows
    the limiting words of English, German, French, Spanish and Italian."""
    reading_ease: float | None = Field(examples=[32.5])
    """LIX: the higher, the harder to read. Null: too short to tell."""
    warnings: list[str] = Field(examples=[['the qualifier "up to" is missing']])
    """Problems to look at before the wording is used; empty when there are none."""


class ClaimWordings(ResponseModel):
    """Other wordings of a claim. None of them is approved."""

    claim: str = Field(examples=["Reduces dry skin by up to 30% in 4 weeks*"])
    """The text that was worded."""
    claim_id: UUID | None
    """The claim; null for a text."""
    language: str = Field(examples=["en"])
    """The language of the wordings."""
    variants: list[ClaimWording]
    """1 to `count` different wordings; those without a warning come first."""
    warnings: list[str] = Field(examples=[[]])
    """Problems of all of them, such as that a mandatory claim has to be made word for word."""
