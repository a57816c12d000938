"""The fields of a template: what people fill in, and what AI may fill (domain §4).

What a single field can be is said here. What fields are to each other (references, circles) and whether a pattern is
safe to run, the database says when the template is saved: private.template_problems.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from lib.core.http.models import RequestModel

type FieldId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-zA-Z0-9_]{0,49}$"), Field(examples=["topic"])]
type FieldName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), Field(examples=["Topic"])
]
type Bound = Annotated[int, Field(ge=0, le=200_000)]
type AllowedTag = Literal["p", "br", "strong", "em", "u", "a"]

OPERATORS = Literal["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "empty", "not_empty"]


class Condition(RequestModel):
    """The field is shown, and asked for, while this holds of another one; hidden, its value is dropped."""

    field: FieldId
    operator: OPERATORS
    value: Any = Field(default=None, examples=["launch"])

    @model_validator(mode="after")
    def _has_a_value_to_compare(self) -> Self:
        if self.operator in ("in", "not_in") and not isinstance(self.value, list):
            raise ValueError(f"{self.operator} compares with a list")
        if self.operator in ("gt", "gte", "lt", "lte", "contains") and not isinstance(self.value, (str, int, float)):
            raise ValueError(f"{self.operator} compares with a text or a number")
        return self


class Choice(RequestModel):
    label: str = Field(min_length=1, max_length=200, examples=["Product launch"])
    value: str = Field(min_length=1, max_length=200, examples=["launch"])


class Validation(RequestModel):
    """``min`` and ``max`` of a number; ``pattern`` of a whole text, without references back and lookaround."""

    min: float | None = Field(default=None, examples=[1])
    max: float | None = Field(default=None, examples=[10])
    pattern: str | None = Field(default=None, min_length=1, max_length=200, examples=["[A-Z]{2}[0-9]{4}"])

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        return self


def _check_order(field: RequestModel, *pairs: tuple[str, str]) -> None:
    for least, most in pairs:
        low, high = getattr(field, least), getattr(field, most)
        if low is not None and high is not None and low > high:
            raise ValueError(f"{least} is above {most}")


class _Field(RequestModel):
    id: FieldId
    name: FieldName
    label: str | None = Field(default=None, max_length=200, examples=["What is it about?"])
    required: bool = False
    default_value: Any = Field(default=None, examples=[None])
    placeholder: str | None = Field(default=None, max_length=500)
    help_text: str | None = Field(default=None, max_length=500)
    order: int | None = Field(default=None, ge=0, le=1000)
    width: Literal["full", "half", "third"] | None = None
    validation: Validation | None = None
    conditional: Condition | None = None


type InputType = Literal[
    "short_text",
    "long_text",
    "rich_text",
    "number",
    "date",
    "datetime",
    "select",
    "multiselect",
    "boolean",
    "tags",
    "url",
    "email",
    "slug",
    "file",
    "image",
    "product_selector",
    "recipe_url",
]
_CHOOSING = ("select", "multiselect")


class InputField(_Field):
    """A field that people fill. Options of another type than the field's are refused."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "topic", "name": "Topic", "type": "short_text", "required": True, "maxLength": 80}]
        }
    )

    type: InputType
    ai_suggester: bool | None = None
    min_length: Bound | None = None
    max_length: Bound | None = Field(default=None, ge=1)
    min_words: Bound | None = None
    max_words: Bound | None = Field(default=None, ge=1)
    rows: int | None = Field(default=None, ge=1, le=100)
    max_rows: int | None = Field(default=None, ge=1, le=100)
    allow_images: bool | None = None
    toolbar: list[Annotated[str, StringConstraints(max_length=50)]] | None = Field(default=None, max_length=30)
    step: float | None = Field(default=None, gt=0)
    disable_past: bool | None = None
    disable_future: bool | None = None
    include_time: bool | None = None
    choices: list[Choice] | None = Field(default=None, min_length=1, max_length=200)
    max_tags: int | None = Field(default=None, ge=1, le=50)
    suggestions: list[Annotated[str, StringConstraints(max_length=50)]] | None = Field(default=None, max_length=200)
    source_field: FieldId | None = None
    prefix: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,50}$")] | None = None
    max_size_mb: float | None = Field(default=None, gt=0, le=100, alias="maxSizeMB")
    allowed_types: list[Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]] | None = Field(
        default=None, min_length=1, max_length=20
    )
    allow_multiple: bool | None = None

    @model_validator(mode="after")
    def _has_the_options_of_its_type(self) -> Self:
        allowed = _OPTIONS[self.type]
        given = self.model_fields_set - set(_Field.model_fields) - {"type", "ai_suggester"}
        strange = sorted(name for name in given if name not in allowed and getattr(self, name) is not None)
        if strange:
            raise ValueError(f"a field of type {self.type} has no {', '.join(strange)}")
        if self.type in _CHOOSING:
            values = [choice.value for choice in self.choices or []]
            if not values or len(set(values)) < len(values):
                raise ValueError("choices are needed, each with a value of its own")
        _check_order(self, ("min_length", "max_length"), ("min_words", "max_words"), ("rows", "max_rows"))
        return self


_LENGTHS = frozenset({"min_length", "max_length", "min_words", "max_words"})
_OPTIONS: dict[str, frozenset[str]] = {
    "short_text": _LENGTHS,
    "long_text": _LENGTHS | {"rows", "max_rows"},
    "rich_text": _LENGTHS | {"allow_images", "toolbar"},
    "number": frozenset({"step"}),
    "date": frozenset({"disable_past", "disable_future", "include_time"}),
    "datetime": frozenset({"disable_past", "disable_future"}),
    "select": frozenset({"choices"}),
    "multiselect": frozenset({"choices"}),
    "boolean": frozenset(),
    "tags": frozenset({"max_tags", "suggestions"}),
    "url": frozenset(),
    "email": frozenset(),
    "slug": frozenset({"source_field", "prefix", "max_length"}),
    "file": frozenset({"max_size_mb", "allowed_types"}),
    "image": frozenset({"max_size_mb", "allowed_types"}),
    "product_selector": frozenset({"allow_multiple"}),
    "recipe_url": frozenset(),
}


class OutputField(_Field):
    """A field that AI may fill; ``aiPrompt`` tells it how, lengths count visible characters."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "headline", "name": "Headline", "type": "plain_text", "maxLength": 60, "aiPrompt": "A headline"}
            ]
        }
    )

    type: Literal["plain_text", "rich_text", "html", "faq"] = "plain_text"
    ai_prompt: str | None = Field(default=None, max_length=2000, examples=["A headline about {{topic}}"])
    ai_auto_complete: bool = True
    use_brand_identity: bool = False
    use_tone_of_voice: bool = False
    use_guardrails: bool = False
    min_chars: Bound | None = None
    max_chars: Bound | None = Field(default=None, ge=1)
    max_length: int | None = Field(default=None, ge=1, le=10_000)
    min_words: Bound | None = None
    max_words: Bound | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=1, le=4000)
    allowed_tags: list[AllowedTag] | None = None
    """May only narrow the platform's allow-list."""
    sanitize: bool | None = None
    allow_sections: bool | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        for least, most in (("min_chars", "max_chars"), ("min_words", "max_words")):
            low, high = getattr(self, least), getattr(self, most)
            if low is not None and high is not None and low >= high:
                raise ValueError(f"{least} is not below {most}")
        if self.allow_sections and self.type != "faq":
            raise ValueError("only a faq has sections")
        return self
