"""Requests and results of the tools that write the fields of a content or of a template."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from lib.ai.tools.models.base import CountryCode, InputValues, OutputFieldId, OutputValues, Term, WritingRequest
from lib.core.http.models import ResponseModel
from lib.core.http.validation import field_problem, missing_field

type Instructions = Annotated[
    str,
    StringConstraints(max_length=5000),
    Field(examples=["Begin with a question"], description="Instructions for the model: at most 5,000 characters."),
]


class TemplateRequest(WritingRequest):
    """A request for an existing content, or for a template with inputs before the content is created."""

    template_id: UUID | None = None
    """The template to fill. Required with `brandId` unless `contentId` is given; not allowed together with it."""
    inputs: InputValues = Field(default_factory=dict)
    """Values of the template's input fields, by field id: at most 50, each of at most 8,000 characters. Not allowed
    with `contentId`: a content has its own."""
    product_id: UUID | None = None
    """The product that the text is about: its facts and its claims are added to the prompt."""
    market: CountryCode | None = None
    """The country (ISO 3166-1 alpha-2) whose claims apply. Null: the country of the brand."""
    instructions: Instructions = ""
    """Additional instructions for the model: at most 5,000 characters."""

    @model_validator(mode="after")
    def _names_a_form(self) -> Self:
        if self.content_id is None and self.template_id is None:
            raise missing_field("templateId", "is required without contentId")
        if self.content_id is not None and self.template_id is not None:
            raise field_problem("templateId", "must be null with contentId: the content has its own")
        if self.content_id is not None and self.inputs:
            raise field_problem("inputs", "must be empty with contentId: the content has its own")
        return self


class GenerateRequest(TemplateRequest):
    """A request to fill the output fields (generateFromTemplate, domain §7)."""

    tone: Literal["formal", "casual", "playful", "professional"] | None = None
    """The tone of the text. Null: the tone of voice of the brand."""
    length: Literal["short", "medium", "long"] = "medium"
    """The intended length of the text; the bounds of the template's fields apply in any case."""
    include_keywords: list[Term] = Field(default_factory=list, max_length=20, examples=[["winter"]])
    """Keywords that the text should contain: at most 20, each of 1 to 100 characters."""
    avoid_terms: list[Term] = Field(default_factory=list, max_length=50, examples=[["miracle"]])
    """Terms that the text should avoid: at most 50, each of 1 to 100 characters. A term that occurs all the same is
    reported as a violation."""


class FieldRequest(TemplateRequest):
    """A request to write one output field (generateField, domain §7)."""

    field_id: OutputFieldId
    """The id of the output field. The field must have a prompt in its template."""
    outputs: OutputValues = Field(default_factory=dict)
    """Values of the other output fields, by field id, if there is no content that has them: at most 50, each of at
    most 20,000 characters."""


class RegenerateRequest(WritingRequest):
    """A request to rewrite one field or several fields of a content by feedback."""

    content_id: UUID = Field()  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - required
    """The content whose fields are rewritten."""
    field_id: OutputFieldId | None = None
    """The id of the output field to rewrite. Give either `fieldId` or `sections`."""
    sections: list[OutputFieldId] | None = Field(
        default=None, min_length=1, max_length=10, examples=[["headline", "body"]]
    )
    """The ids of 1 to 10 output fields to rewrite together. Give either `fieldId` or `sections`."""
    feedback: str = Field(min_length=1, max_length=2000, examples=["Too cold; speak to the reader"])
    """The changes to make, 1 to 2,000 characters. It is kept with the version that the rewrite replaces."""

    @model_validator(mode="after")
    def _names_one_of_both(self) -> Self:
        if self.field_id is None and self.sections is None:
            raise missing_field("fieldId", "is required without sections")
        if self.field_id is not None and self.sections is not None:
            raise field_problem("sections", "must be null with fieldId")
        return self


class RetryCandidate(ResponseModel):
    """A field that does not keep its bounds, which the caller may want to generate again."""

    field: str = Field(examples=["headline"])
    """The id of the field."""
    reason: Literal["empty", "char_range", "word_range"]
    """Why: it is empty, or its number of characters or of words is out of bounds."""


class GeneratedFields(ResponseModel):
    """The values of output fields, sanitised and cut to their upper bounds."""

    fields: dict[str, Any] = Field(examples=[{"headline": "What cold wind does to skin"}])
    """The values by field id: text, HTML, or `{entries: [{id, question, answerHtml, answerPlain}]}` for a FAQ."""
    retry_candidates: list[RetryCandidate]
    """Fields that the model wrote out of bounds. Values that were too long have been cut."""
    alternative_titles: list[str] = Field(default_factory=list, examples=[["Cold wind, calm skin"]])
    """Up to 5 titles for the content, each of at most 200 characters."""
    keywords: list[str] = Field(default_factory=list, examples=[["winter skin"]])
    """Up to 10 keywords, each of at most 100 characters."""
    image_ideas: list[str] = Field(default_factory=list, examples=[["Frost on a window"]])
    """Up to 5 ideas for images, each of at most 500 characters."""
    confidence: float | None = Field(default=None, ge=0, le=1, examples=[0.8])
    """How confident the model says it is, from 0 to 1. Null: it was not asked."""


class GeneratedField(ResponseModel):
    """The value of one output field, sanitised and cut to its upper bounds."""

    field_id: str = Field(examples=["headline"])
    """The id of the field."""
    html: str = Field(examples=["<p>What cold wind does to skin</p>"])
    """The value as HTML; for a field of plain text the same as `plain`; empty for a FAQ."""
    plain: str = Field(examples=["What cold wind does to skin"])
    """The value as plain text."""
    words: int = Field(ge=0, examples=[6])
    """The number of words in `plain`."""
    characters: int = Field(ge=0, examples=[27])
    """The number of characters (Unicode code points) in `plain`."""
    value: Any = Field(examples=["What cold wind does to skin"])
    """The value in the form that the content stores."""
