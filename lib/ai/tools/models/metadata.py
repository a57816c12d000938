"""Request and result of generateMetadata (domain §7)."""

from typing import Self

from pydantic import Field, model_validator

from lib.ai.tools.models.base import PageUrl, SourceText, Term, ToolRequest
from lib.core.http.models import ResponseModel
from lib.core.http.validation import field_problem, missing_field


class MetadataRequest(ToolRequest):
    """A request for the metadata of web pages, of a text, or of a content."""

    urls: list[PageUrl] = Field(default_factory=list, max_length=5)
    """Up to 5 web pages; each gets an item of its own."""
    content: SourceText | None = None
    """The text to describe, or additional text for each page: 1 to 50,000 characters. Null with `contentId`: the
    text of that content."""
    keywords: list[Term] = Field(default_factory=list, max_length=20, examples=[["winter skin"]])
    """Keywords to use: at most 20, each of 1 to 100 characters."""
    intent: str = Field(default="", max_length=200, examples=["People who look for advice"])
    """The search intent of the readers: at most 200 characters."""
    apply: bool = False
    """True: write title, description and keywords into the content named by `contentId`. Not allowed with `urls`."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not self.urls and self.content is None and self.content_id is None:
            raise missing_field("contentId", "is required without urls or content")
        if self.apply and self.urls:
            raise field_problem("apply", "must not be true with urls")
        if self.apply and self.content_id is None:
            raise missing_field("contentId", "is required with apply")
        return self


class PageMetadata(ResponseModel):
    """The metadata of a page or of a text, which search engines show."""

    url: str | None = Field(examples=["https://aurora.test/skin"])
    """The page. Null: the metadata is of a text or of a content."""
    title: str = Field(examples=["Why cold wind makes skin feel tight in winter"])
    """The title, at most 60 characters."""
    description: str = Field(examples=["Cold air holds little water. What that does to skin, and what helps."])
    """The description, at most 160 characters."""
    keywords: list[str] = Field(examples=[["winter skin"]])
    """Up to 10 keywords, each of at most 50 characters."""
    alternatives: list[str] = Field(examples=[["How skin gets through a winter of cold wind"]])
    """Up to 5 other titles, each of at most 60 characters."""
    analysis: str = Field(examples=["It answers what the reader asks."])
    """Why the model chose them, at most 1,000 characters."""
