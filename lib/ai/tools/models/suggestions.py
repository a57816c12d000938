"""Requests and results of suggestTitles and extractKeywords (domain §7)."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from lib.ai.tools.models.base import SourceText, Term, ToolRequest
from lib.core.http.models import ResponseModel
from lib.core.http.validation import missing_field


class TitlesRequest(ToolRequest):
    """A request for titles of a text, of a topic or of a content."""

    content: SourceText | None = None
    """The text to find titles for: 1 to 50,000 characters. Null with `contentId`: the text of that content."""
    topic: str | None = Field(default=None, min_length=1, max_length=400, examples=["Cold wind and skin"])
    """The topic: 1 to 400 characters. Null with `contentId`: the title of that content."""
    count: int = Field(default=5, ge=1, le=10)
    """How many titles to return, 1 to 10."""
    keywords: list[Term] = Field(default_factory=list, max_length=20, examples=[["winter skin"]])
    """Keywords to use: at most 20, each of 1 to 100 characters."""

    @model_validator(mode="after")
    def _has_a_subject(self) -> Self:
        if self.content is None and self.topic is None and self.content_id is None:
            raise missing_field("contentId", "is required without content or topic")
        return self


class Titles(ResponseModel):
    """Suggested titles."""

    titles: list[str] = Field(examples=[["What cold wind does to skin"]])
    """`count` different titles, each of at most 60 characters."""


class KeywordsRequest(ToolRequest):
    """A request for the keywords of a text."""

    content: Annotated[
        str,
        StringConstraints(min_length=1, max_length=6000, strip_whitespace=True),
        Field(examples=["Cold air holds little water, and skin feels tight."]),
    ]
    """The text: 1 to 6,000 characters."""


class Keywords(ResponseModel):
    """Phrases by which readers would search for a text."""

    keywords: list[str] = Field(examples=[["winter skin"]])
    """5 to 10 phrases, each of at most 4 words and 100 characters."""
