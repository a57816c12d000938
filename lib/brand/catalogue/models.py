"""Countries, languages and types of content, as forms list them."""

from uuid import UUID

from pydantic import Field

from lib.core.http.models import ResponseModel


class CountryListed(ResponseModel):
    """A country, which is also a market for claims."""

    code: str = Field(examples=["GB"])
    """The code of ISO 3166-1, two capital letters."""
    name: str = Field(examples=["United Kingdom"])
    """The English name."""


class LanguageListed(ResponseModel):
    """A language of ISO 639-1."""

    code: str = Field(examples=["de"])
    """The code of ISO 639-1, two small letters."""
    name: str = Field(examples=["German"])
    """The English name."""
    native_name: str | None = Field(examples=["Deutsch"])
    """The name in the language itself; null where it is not known."""


class AssignedWorkflowName(ResponseModel):
    """A workflow by its id and name."""

    id: UUID
    """The id of the workflow."""
    name: str = Field(examples=["Simple review"])
    """The name of the workflow."""


class ContentTypeListed(ResponseModel):
    """A type of content that contents can be made of."""

    type: str = Field(examples=["article"])
    """The value of `type` in contents, and of `contentType` in templates."""
    name: str = Field(examples=["Article"])
    """The English name."""
    is_standard: bool
    """Whether the platform knows the type; false for types that the brands named themselves."""
    templates: int = Field(ge=0, examples=[3])
    """The number of active templates of this type that you may use."""
    workflow: AssignedWorkflowName | None
    """The workflow by which the brand reviews this type; null if it has none, and without `brandId`."""
