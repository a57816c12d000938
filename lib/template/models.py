from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, computed_field, model_validator

from lib.core.http.models import RequestModel, ResponseModel
from lib.template.fields import InputField, OutputField

type TemplateName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), Field(examples=["Launch article"])
]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$"), Field(examples=["article"])]
type TemplateTag = Annotated[
    str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True), Field(examples=["web"])
]
type Inputs = Annotated[list[InputField], Field(min_length=1, max_length=25)]
type Outputs = Annotated[list[OutputField], Field(min_length=1, max_length=25)]


def _check_ids(fields: list[InputField | OutputField]) -> None:
    ids = [field.id for field in fields]
    repeated = sorted({field_id for field_id in ids if ids.count(field_id) > 1})
    if repeated:
        raise ValueError(f"field ids must be unique: {', '.join(repeated)}")


class NewTemplate(RequestModel):
    brand_id: UUID | None = None
    """Null: global, usable by every brand, and made by platform admins only."""
    name: TemplateName
    description: str = Field(default="", max_length=2000, examples=["A short article around one topic."])
    icon: str = Field(default="", max_length=50, examples=["newspaper"])
    category: str = Field(default="", max_length=100, examples=["Editorial"])
    tags: list[TemplateTag] = Field(default_factory=list, max_length=50)
    content_type: ContentType
    input_fields: Inputs
    output_fields: Outputs
    ai_enabled: bool = True
    is_active: bool = True

    @model_validator(mode="after")
    def _field_ids_are_unique(self) -> Self:
        _check_ids([*self.input_fields, *self.output_fields])
        return self

    def as_row(self) -> dict[str, Any]:
        return _as_row(self)


class TemplateChanges(RequestModel):
    """What is not named stays; fields are replaced as a whole."""

    name: TemplateName | None = None
    description: str | None = Field(default=None, max_length=2000, examples=["A short article around one topic."])
    icon: str | None = Field(default=None, max_length=50, examples=["newspaper"])
    category: str | None = Field(default=None, max_length=100, examples=["Editorial"])
    tags: list[TemplateTag] | None = Field(default=None, max_length=50)
    content_type: ContentType | None = None
    input_fields: Inputs | None = None
    output_fields: Outputs | None = None
    ai_enabled: bool | None = None
    is_active: bool | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one thing to change")
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        _check_ids([*(self.input_fields or []), *(self.output_fields or [])])
        return self

    def as_row(self) -> dict[str, Any]:
        return _as_row(self)


def _as_row(template: NewTemplate | TemplateChanges) -> dict[str, Any]:
    """What was named, as the database wants it: fields are JSON there, by the names that they have here."""
    lists = ("input_fields", "output_fields")
    row = template.model_dump(mode="json", exclude_unset=True, exclude={"brand_id", *lists})
    for name in lists:
        fields: list[InputField | OutputField] | None = getattr(template, name)
        if fields is not None:
            row[name] = [field.model_dump(mode="json", by_alias=True, exclude_none=True) for field in fields]
    return row


class Usage(ResponseModel):
    """By the caller's brands: how often others use a global template is not theirs to know."""

    count: int = Field(ge=0, examples=[12])
    last_used_at: AwareDatetime | None


class TemplateFields(ResponseModel):
    name: str = Field(examples=["Launch article"])
    content_type: str = Field(examples=["article"])
    input_fields: list[InputField]
    output_fields: list[OutputField]


class Template(TemplateFields):
    id: UUID
    brand_id: UUID | None
    description: str = Field(examples=["A short article around one topic."])
    icon: str = Field(examples=["newspaper"])
    category: str = Field(examples=["Editorial"])
    tags: list[str] = Field(examples=[["web"]])
    ai_enabled: bool
    is_active: bool
    version: int = Field(ge=1)
    created_by: UUID | None
    created_at: AwareDatetime
    updated_by: UUID | None
    updated_at: AwareDatetime

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        path = f"/api/v1/templates/{self.id}"
        return {"self": path, "versions": f"{path}/versions", "contents": f"/api/v1/contents?templateId={self.id}"}


class TemplateRead(Template):
    usage: Usage


class TemplateVersion(TemplateFields):
    """The form that contents made from this version keep to."""

    template_id: UUID
    version: int = Field(ge=1)
    created_by: UUID | None
    created_at: AwareDatetime
