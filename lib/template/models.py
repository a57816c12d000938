from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, computed_field, model_validator

from lib.core.models import RequestModel, ResponseModel

type FieldId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-zA-Z0-9_]{0,49}$")]
type FieldName = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
type InputType = Literal["short_text", "long_text", "rich_text", "number", "date", "select", "boolean", "tags", "url"]
type OutputType = Literal["plain_text", "rich_text", "html"]


class InputField(RequestModel):
    """A field that people fill (domain §4)."""

    id: FieldId
    name: FieldName
    type: InputType
    required: bool = False
    help_text: str | None = Field(default=None, max_length=500)


class OutputField(RequestModel):
    """A field that AI may fill; ``ai_prompt`` tells it how, ``max_length`` counts visible characters."""

    id: FieldId
    name: FieldName
    type: OutputType = "plain_text"
    required: bool = False
    ai_prompt: str | None = Field(default=None, max_length=2000)
    max_length: int | None = Field(default=None, ge=1, le=10_000)


class NewTemplate(RequestModel):
    brand_id: UUID
    name: FieldName
    description: str = Field(default="", max_length=2000)
    content_type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
    input_fields: list[InputField] = Field(min_length=1, max_length=25)
    output_fields: list[OutputField] = Field(min_length=1, max_length=25)

    @model_validator(mode="after")
    def _field_ids_are_unique(self) -> Self:
        ids = [field.id for field in (*self.input_fields, *self.output_fields)]
        repeated = sorted({field_id for field_id in ids if ids.count(field_id) > 1})
        if repeated:
            raise ValueError(f"field ids must be unique: {', '.join(repeated)}")
        return self


class Template(ResponseModel):
    id: UUID
    brand_id: UUID | None
    name: str
    description: str
    content_type: str
    input_fields: list[InputField]
    output_fields: list[OutputField]
    is_active: bool
    version: int
    created_at: datetime
    updated_at: datetime

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        return {"self": f"/api/v1/templates/{self.id}"}
