"""Defines the base classes and common types of the models of requests and responses.

All are built when they are first used, and not when a function starts: an instance is asked for a few of its routes.
"""

import math
import unicodedata
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from lib.core import docstrings
from lib.core.http.validation import MAX_DETAILS, field_problem
from lib.core.texts import normalized

MAX_DEPTH: Final = 20
LARGEST_INTEGER: Final = 10**300
# Names of what is compared byte by byte elsewhere: Auth has the hash of a password as it was typed, and the targets of
# channels know their own secrets.
AS_SENT: Final = frozenset({"password", "currentPassword", "newPassword", "credentials", "applicationPassword"})


def _check_scalar(value: Any) -> bool:
    """Tells whether a value is a text that is not in NFC."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("must not contain NUL characters")
        if value.isascii():
            return False
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("must be well-formed Unicode") from None
        return not unicodedata.is_normalized("NFC", value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a finite number")
    if isinstance(value, int) and abs(value) >= LARGEST_INTEGER:
        raise ValueError("must have fewer digits")
    return False


def _check(value: Any, depth: int) -> bool:
    """Tells whether a value holds a text that is not in NFC."""
    if depth > MAX_DEPTH:
        raise ValueError(f"must not be nested more than {MAX_DEPTH} levels deep")
    found = False
    if isinstance(value, dict):
        for key, item in value.items():
            found |= _check_scalar(key) | _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            found |= _check(item, depth + 1)
    else:
        found = _check_scalar(value)
    return found


def check_storable(value: Any) -> Any:
    """Returns the value. Raises ValueError for JSON that PostgreSQL cannot store, such as NUL, NaN and deep nesting."""
    _check(value, 0)
    return value


def storable(value: Any) -> Any:
    """Returns the value with its texts in NFC, except values that ``AS_SENT`` names. Raises as ``check_storable`` does.

    Nearly all texts are in NFC as they come, which takes one look at each.
    """
    return _normalized(value) if _check(value, 0) else value


def _normalized(value: Any) -> Any:
    if isinstance(value, dict):
        return {normalized(name): item if name in AS_SENT else _normalized(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_normalized(item) for item in value]
    return normalized(value) if isinstance(value, str) else value


type StorableText = Annotated[str, AfterValidator(storable)]


type SearchText = Annotated[
    StorableText, StringConstraints(min_length=1, max_length=200), Field(examples=["winter skin"])
]


class RequestModel(BaseModel):
    """The base of bodies of requests: camelCase, without unknown fields and values that cannot be stored.

    Texts are in NFC before anything else looks at them.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS,
        defer_build=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _check_storable(cls, data: Any) -> Any:
        return storable(cls._with_few_unknown(data))

    @classmethod
    def _with_few_unknown(cls, data: Any) -> Any:
        """Leaves out unknown names that a refusal would not list: an error for each of 49,000 takes 0.3 s."""
        if not isinstance(data, dict) or len(data) <= len(cls.model_fields) + MAX_DETAILS:
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        unlisted = set([name for name in data if name not in known][MAX_DETAILS:])
        return {name: value for name, value in data.items() if name not in unlisted}


class QueryModel(BaseModel):
    """The base of query parameters: camelCase."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS,
        defer_build=True,
    )


class Changes(RequestModel):
    """Changes of something: at least one field, and null only where a field can be empty."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("must have at least one field to change")
        for name in sorted(self.model_fields_set & self.never_null()):
            if getattr(self, name) is None:
                raise field_problem(type(self).model_fields[name].alias or name, "must not be null")
        return self

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null: all, unless a model says otherwise."""
        return frozenset(cls.model_fields)


class ResponseModel(BaseModel):
    """The base of bodies of responses: camelCase; made from rows with snake_case columns."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS,
        allow_inf_nan=False,  # which JSON cannot hold
        defer_build=True,
    )


class PersonReference(ResponseModel):
    """A person by their id and name."""

    id: UUID
    """The id of the person."""
    name: str | None = Field(examples=["Emil Editor"])
    """The first and last name, of former members as it was when they left; null if it is not set or was erased."""


class BrandReference(ResponseModel):
    """A brand by its id, name and slug."""

    id: UUID
    """The id of the brand."""
    name: str = Field(examples=["Aurora Skincare"])
    """The name of the brand."""
    slug: str = Field(examples=["aurora-skincare"])
    """The name of the brand in URLs."""
