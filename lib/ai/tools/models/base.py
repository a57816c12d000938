"""Types and base classes of the tools' requests: the input bounds of domain §7."""

from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from lib.core.filled import check_filled
from lib.core.http.models import RequestModel
from lib.core.http.urls import NORMAL_URL
from lib.core.http.validation import missing_field
from lib.core.languages import check_language

type CountryCode = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{2}$"),
    Field(examples=["GB"], description="Code of a country (ISO 3166-1 alpha-2)."),
]
type LanguageCode = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2}$"),
    AfterValidator(check_language),
    Field(examples=["de"], description="Code of a language (ISO 639-1)."),
]
type LanguageTag = Annotated[
    str,
    StringConstraints(min_length=2, max_length=10, pattern=r"^[A-Za-z]{2}(-[A-Za-z0-9]+)*$"),
    AfterValidator(check_language),
    Field(examples=["en-GB"], description="Language with an optional region or script, 2 to 10 characters."),
]
type PageUrl = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(max_length=2000, pattern=r"^https?://[^\s<>\"]+$"),
    Field(
        examples=["https://aurora.test/skin"],
        description="Address of a web page: http or https, at most 2,000 characters.",
    ),
]
type OutputFieldId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-zA-Z0-9_]{0,49}$"),
    Field(examples=["headline"], description="Id of a field in its template."),
]
type Term = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(description="A word or a phrase of 1 to 100 characters."),
]
type SourceText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50_000, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(
        examples=["Cold air holds little water, and skin feels tight."],
        description="Text or HTML of 1 to 50,000 characters.",
    ),
]

MAX_INPUT_CHARACTERS: Final = 8000
MAX_OUTPUT_CHARACTERS: Final = 20_000


def _check_values(values: dict[str, Any], limit: int) -> dict[str, Any]:
    for name, value in values.items():
        if len(value if isinstance(value, str) else repr(value)) > limit:
            raise ValueError(f"{name} has more than {limit} characters")
    return values


type InputValues = Annotated[
    dict[OutputFieldId, Any],
    Field(
        max_length=50,
        examples=[{"topic": "Cold wind"}],
        description="Values of input fields by field id, each of at most 8,000 characters.",
    ),
    AfterValidator(lambda values: _check_values(values, MAX_INPUT_CHARACTERS)),
]
type OutputValues = Annotated[
    dict[OutputFieldId, Any],
    Field(
        max_length=50,
        examples=[{"headline": "What cold wind does to skin"}],
        description="Values of output fields by field id, each of at most 20,000 characters.",
    ),
    AfterValidator(lambda values: _check_values(values, MAX_OUTPUT_CHARACTERS)),
]


class ToolRequest(RequestModel):
    """A request of a tool, for a brand or for one of its contents."""

    brand_id: UUID | None = None
    """The brand whose voice and guardrails apply. Required unless `contentId` is given."""
    content_id: UUID | None = None
    """The content to work on; its brand applies. Required unless `brandId` is given."""
    regenerate: bool = False
    """True: ask the model even if the same request was answered within the last 24 hours. False: such an answer is
    returned from the cache, without cost."""

    @model_validator(mode="after")
    def _names_a_tenant(self) -> Self:
        if self.brand_id is None and self.content_id is None:
            raise missing_field("brandId", "is required without contentId")
        return self


class WritingRequest(ToolRequest):
    """A request of a tool whose answer can be streamed."""

    check_guardrails: bool = True
    """True: a model also checks the answer against the guardrails of the brand. The checks by rule (claims, terms,
    patterns) are made in both cases."""
