"""What all models that cross the HTTP border have in common."""

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel


def check_storable(value: Any) -> Any:
    """Refuses what JSON can say and PostgreSQL cannot store: NUL, lone surrogates, NaN and infinities."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("must not contain NUL characters")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("must be well-formed Unicode")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("must be a finite number")
    elif isinstance(value, dict):
        for key, item in value.items():
            check_storable(key)
            check_storable(item)
    elif isinstance(value, list):
        for item in value:
            check_storable(item)
    return value


type StorableText = Annotated[str, AfterValidator(check_storable)]


class RequestModel(BaseModel):
    """A body from outside: camelCase, nothing unknown, nothing that cannot be stored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _check_storable(cls, data: Any) -> Any:
        return check_storable(data)


class ResponseModel(BaseModel):
    """A resource on its way out: camelCase; made from rows with snake_case columns."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")
