"""Templates as they are written and read (domain §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, computed_field, model_validator

from lib.core.filled import check_filled, shows_something
from lib.core.http.models import Changes, PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.validation import field_problem
from lib.template.fields import InputField, OutputField
from lib.template.patterns import pattern_problem

type TemplateName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(examples=["Launch article"]),
]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$"), Field(examples=["article"])]
type TemplateTag = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(examples=["web"]),
]
type Inputs = Annotated[list[InputField], Field(min_length=1, max_length=25)]
type Outputs = Annotated[list[OutputField], Field(min_length=1, max_length=25)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFilters:
    """The filters of a list of templates, all of which must hold."""

    brand_id: UUID | None = None
    """Lists the templates of this brand and the global ones."""
    content_type: str | None = None
    """Lists templates for this type of content."""
    category: str | None = None
    """Lists templates of this category, in the same spelling."""
    query: str | None = None
    """Lists templates with this text in their name or description."""
    is_active: bool = True
    """Lists active templates, or those that are switched off."""


def _check_ids(fields: list[InputField | OutputField]) -> None:
    ids = [field.id for field in fields]
    repeated = sorted({field_id for field_id in ids if ids.count(field_id) > 1})
    if repeated:
        raise ValueError(f"field ids must be unique: {', '.join(repeated)}")


def _check_patterns(name: str, fields: Sequence[InputField | OutputField] | None) -> None:
    # Not a rule of fields themselves: stored templates that are older than it can still be read.
    for number, field in enumerate(fields or []):
        pattern = field.validation.pattern if field.validation else None
        problem = pattern_problem(pattern) if pattern is not None else None
        if problem is not None:
            raise field_problem(f"{name}.{number}.validation.pattern", problem)


def _check_names(name: str, fields: Sequence[InputField | OutputField] | None) -> None:
    # As with patterns: stored templates may be older than the rule.
    for number, field in enumerate(fields or []):
        if not shows_something(field.name):
            raise field_problem(f"{name}.{number}.name", "must have a character that shows")
        for place, choice in enumerate((field.choices or []) if isinstance(field, InputField) else []):
            if not shows_something(choice.label):
                raise field_problem(f"{name}.{number}.choices.{place}.label", "must have a character that shows")


class NewTemplate(RequestModel):
    """A template to create."""

    brand_id: UUID | None = None
    """The brand that owns the template; null for a global one, which every brand may use (platform admins only)."""
    name: TemplateName
    """The name, at most 100 characters; unique in the brand, in any spelling."""
    description: str = Field(default="", max_length=2000, examples=["A short article around one topic."])
    """The purpose of the template, at most 2,000 characters."""
    icon: str = Field(default="", max_length=50, examples=["newspaper"])
    """The name of an icon, at most 50 characters."""
    category: str = Field(default="", max_length=100, examples=["Editorial"])
    """The category, at most 100 characters."""
    tags: list[TemplateTag] = Field(default_factory=list, max_length=50)
    """Tags, at most 50."""
    content_type: ContentType
    """The type of the contents that are made from the template: see `GET /content-types`."""
    input_fields: Inputs
    """The fields that people fill, 1 to 25."""
    output_fields: Outputs
    """The fields that AI may fill, 1 to 25."""
    ai_enabled: bool = True
    """Whether AI may fill the fields of contents that are made from the template."""
    is_active: bool = True
    """Whether contents can be made from the template."""

    @model_validator(mode="after")
    def _fields_can_work(self) -> Self:
        _check_ids([*self.input_fields, *self.output_fields])
        for name, fields in (("inputFields", self.input_fields), ("outputFields", self.output_fields)):
            _check_names(name, fields)
            _check_patterns(name, fields)
        return self

    def as_row(self) -> dict[str, Any]:
        """Returns the values that were sent, under the names of the columns."""
        return _as_row(self)


class TemplateChanges(Changes):
    """Changes of a template. Properties that are not given stay as they are; lists are replaced as a whole."""

    name: TemplateName | None = None
    """The name, at most 100 characters."""
    description: str | None = Field(default=None, max_length=2000, examples=["A short article around one topic."])
    """The purpose of the template, at most 2,000 characters."""
    icon: str | None = Field(default=None, max_length=50, examples=["newspaper"])
    """The name of an icon, at most 50 characters."""
    category: str | None = Field(default=None, max_length=100, examples=["Editorial"])
    """The category, at most 100 characters."""
    tags: list[TemplateTag] | None = Field(default=None, max_length=50)
    """All tags, at most 50."""
    content_type: ContentType | None = None
    """The type of the contents that are made from the template."""
    input_fields: Inputs | None = None
    """All fields that people fill, 1 to 25."""
    output_fields: Outputs | None = None
    """All fields that AI may fill, 1 to 25."""
    ai_enabled: bool | None = None
    """Whether AI may fill the fields of contents that are made from the template."""
    is_active: bool | None = None
    """Whether contents can be made from the template."""

    @model_validator(mode="after")
    def _fields_can_work(self) -> Self:
        _check_ids([*(self.input_fields or []), *(self.output_fields or [])])
        for name, fields in (("inputFields", self.input_fields), ("outputFields", self.output_fields)):
            _check_names(name, fields)
            _check_patterns(name, fields)
        return self

    def as_row(self) -> dict[str, Any]:
        """Returns the values that were sent, under the names of the columns."""
        return _as_row(self)


def _as_row(template: NewTemplate | TemplateChanges) -> dict[str, Any]:
    """Returns the values that were sent: fields are JSON in the database, under the names of the API."""
    lists = ("input_fields", "output_fields")
    row = template.model_dump(mode="json", exclude_unset=True, exclude={"brand_id", *lists})
    for name in lists:
        fields: list[InputField | OutputField] | None = getattr(template, name)
        if fields is not None:
            row[name] = [field.as_json() for field in fields]
    return row


class Usage(ResponseModel):
    """How often your brands use a template; the use of other brands is not counted."""

    count: int = Field(ge=0, examples=[12])
    """The number of contents that were made from the template."""
    last_used_at: Instant | None
    """When the newest of them was created; null for none."""


class TemplateProblem(ResponseModel):
    """A part of a template that cannot work."""

    field: str = Field(examples=["inputFields.topic.minLength"])
    """The part: the list, the id of the field, and the option."""
    code: str = Field(examples=["INVALID_FORMAT"])
    """The code of the error with which a new template is refused."""
    message: str = Field(examples=["must be at most maxLength"])
    """The problem in words."""


class TemplateFields(ResponseModel):
    """The form of a template."""

    name: str = Field(examples=["Launch article"])
    """The name of the template."""
    content_type: str = Field(examples=["article"])
    """The type of the contents that are made from it."""
    input_fields: list[InputField]
    """The fields that people fill."""
    output_fields: list[OutputField]
    """The fields that AI may fill."""


class Template(TemplateFields):
    """A template: a reusable form for contents."""

    id: UUID
    """The id of the template."""
    brand_id: UUID | None
    """The brand that owns the template; null for a global one."""
    description: str = Field(examples=["A short article around one topic."])
    """The purpose of the template."""
    icon: str = Field(examples=["newspaper"])
    """The name of an icon; empty for none."""
    category: str = Field(examples=["Editorial"])
    """The category; empty for none."""
    tags: list[str] = Field(examples=[["web"]])
    """Tags."""
    ai_enabled: bool
    """Whether AI may fill the fields of contents that are made from the template."""
    is_active: bool
    """Whether contents can be made from the template."""
    allowed_actions: list[str] = Field(examples=[["createContent", "read"]])
    """The actions that you may take: `read`, `createContent`, `update`, `delete`. Deleting is refused (409) while
    contents use it."""
    version: int = Field(ge=1)
    """Counts the changes of the template; send it as `If-Match` with a change."""
    created_by: PersonReference | None
    """The person who created the template; null for the system and for platform admins."""
    created_at: Instant
    """When the template was created."""
    updated_by: PersonReference | None
    """The person who changed the template last; null for the system and for platform admins."""
    updated_at: Instant
    """When the template was last changed."""
    problems: list[TemplateProblem] | None = None
    """Parts that cannot work, for which a new template is refused: an older one can be used and changed, and these
    should be corrected. Null in lists."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the template."""
        path = f"/api/v1/templates/{self.id}"
        links = {"self": path, "versions": f"{path}/versions", "contents": f"/api/v1/contents?templateId={self.id}"}
        return links | ({"brand": f"/api/v1/brands/{self.brand_id}"} if self.brand_id else {})


class TemplateRead(Template):
    """A template with its use."""

    usage: Usage
    """How often your brands use it."""


class TemplateVersion(TemplateFields):
    """A template as it was after a change: the form that contents made from this version keep to."""

    template_id: UUID
    """The id of the template."""
    version: int = Field(ge=1)
    """The number of the version, counted from 1."""
    created_by: PersonReference | None
    """The person who made this change; null for the system and for platform admins."""
    created_at: Instant
    """When the change was made."""
