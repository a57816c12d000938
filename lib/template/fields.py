"""The fields of a template: those that people fill, and those that AI may fill (domain §4).

The rules of single fields are here. The database checks them again when a template is saved, with the rules between
fields (references, cycles) and whether its own engine takes a pattern: see private.template_problems.
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from lib.core.http.models import RequestModel
from lib.core.http.validation import field_problem, missing_field
from lib.core.security.html import as_html, removals_of
from lib.core.telemetry.sanitised import tell_removals

type FieldId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-zA-Z0-9_]{0,49}$"), Field(examples=["topic"])]
type FieldName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), Field(examples=["Topic"])
]
type Bound = Annotated[int, Field(ge=0, le=200_000)]
# Tags of the allow-list, and those that a brand may take beyond it (lib/core/security/html.py).
type AllowedTag = Literal[
    "p", "br", "strong", "em", "u", "a", "ul", "ol", "li", "h2", "h3", "h4", "img",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
]  # fmt: skip

OPERATORS = Literal["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "empty", "not_empty"]


class Condition(RequestModel):
    """A condition on another field. While it does not hold, the field is hidden and its value is dropped."""

    field: FieldId
    """The id of the other field."""
    operator: OPERATORS
    """How the value of the other field is compared."""
    value: Any = Field(default=None, examples=["launch"])
    """The value to compare with, one that the other field takes: a list for `in` and `not_in`, a text or a number for
    `gt`, `gte`, `lt`, `lte` and `contains`; not used by `empty` and `not_empty`. Times are compared as instants,
    whatever their offsets, dates as dates and numbers as numbers."""

    @model_validator(mode="after")
    def _has_a_value_to_compare(self) -> Self:
        if self.operator in ("in", "not_in") and not isinstance(self.value, list):
            raise field_problem("value", f"must be an array for {self.operator}")
        if self.operator in ("gt", "gte", "lt", "lte", "contains") and not isinstance(self.value, (str, int, float)):
            raise field_problem("value", f"must be a string or a number for {self.operator}")
        return self


class Choice(RequestModel):
    """An option of a field that chooses."""

    label: str = Field(min_length=1, max_length=200, examples=["Product launch"])
    """The text that people see, at most 200 characters."""
    value: str = Field(min_length=1, max_length=200, examples=["launch"])
    """The value that is stored, at most 200 characters; unique in the field."""


class Validation(RequestModel):
    """Rules for the value of a field."""

    min: float | None = Field(default=None, examples=[1])
    """The least number; null for no limit."""
    max: float | None = Field(default=None, examples=[10])
    """The greatest number; null for no limit."""
    pattern: str | None = Field(default=None, min_length=1, max_length=200, examples=["[A-Z]{2}[0-9]{4}"])
    """A regular expression that the whole text must match; null for none. At most 200 characters and 30 repetitions;
    a group with repetitions in it is not repeated. No back references, lookaround and lazy repetitions."""

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise field_problem("min", "must be at most max")
        return self


def _check_order(field: RequestModel, *pairs: tuple[str, str]) -> None:
    for least, most in pairs:
        low, high = getattr(field, least), getattr(field, most)
        if low is not None and high is not None and low > high:
            raise field_problem(to_camel(least), f"must be at most {to_camel(most)}")


class _Field(RequestModel):
    id: FieldId
    """The id of the field, unique in the template: the key of its value in contents."""
    name: FieldName
    """The name of the field, at most 100 characters."""
    label: str | None = Field(default=None, max_length=200, examples=["What is it about?"])
    """The text above the field, at most 200 characters; null to show the name."""
    required: bool = False
    """Whether a content needs a value before it is submitted for review."""
    default_value: Any = Field(default=None, examples=[None])
    """The value of new contents, which the field itself must take; null for none. Of a type that is HTML it is
    sanitised.
    """
    placeholder: str | None = Field(default=None, max_length=500)
    """The text in the empty field, at most 500 characters."""
    help_text: str | None = Field(default=None, max_length=500)
    """An explanation for people, at most 500 characters."""
    order: int | None = Field(default=None, ge=0, le=1000)
    """The place in the form, from 0; null for the order of the list."""
    width: Literal["full", "half", "third"] | None = None
    """The width in the form; null for `full`."""
    validation: Validation | None = None
    """Rules for the value; null for none."""
    conditional: Condition | None = None
    """The condition under which the field is shown; null for always."""

    def as_json(self) -> dict[str, Any]:
        """Returns the field as it is stored."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    @model_validator(mode="after")
    def _has_a_clean_default(self) -> Self:
        """Contents get the value without their writer, so it is sanitised here."""
        if getattr(self, "type", None) in _HTML_TYPES and self.default_value is not None:
            clean = as_html(self.default_value)
            if clean != self.default_value:
                if isinstance(self.default_value, str):
                    tell_removals(f"{self.id}.defaultValue", removals_of(self.default_value))
                self.default_value = clean
        return self


# Their values are HTML, or have HTML in them.
_HTML_TYPES: Final = ("rich_text", "html", "faq")

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
    """A field that people fill. Options that do not belong to its type are refused."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "topic", "name": "Topic", "type": "short_text", "required": True, "maxLength": 80}]
        }
    )

    type: InputType
    """The type of the value."""
    ai_suggester: bool | None = None
    """Whether AI suggests values to the person who fills the field."""
    min_length: Bound | None = None
    """The least number of characters, for texts."""
    max_length: Bound | None = Field(default=None, ge=1)
    """The greatest number of characters, for texts and slugs."""
    min_words: Bound | None = None
    """The least number of words, for texts."""
    max_words: Bound | None = Field(default=None, ge=1)
    """The greatest number of words, for texts."""
    rows: int | None = Field(default=None, ge=1, le=100)
    """The height in lines, for `long_text`."""
    max_rows: int | None = Field(default=None, ge=1, le=100)
    """The height in lines to which the field grows, for `long_text`."""
    allow_images: bool | None = None
    """Whether the editor takes images, for `rich_text`."""
    toolbar: list[Annotated[str, StringConstraints(max_length=50)]] | None = Field(default=None, max_length=30)
    """The tools of the editor, at most 30, for `rich_text`."""
    step: float | None = Field(default=None, gt=0)
    """The distance between two values, for `number`."""
    disable_past: bool | None = None
    """Whether past days are refused, for `date` and `datetime`."""
    disable_future: bool | None = None
    """Whether future days are refused, for `date` and `datetime`."""
    include_time: bool | None = None
    """Whether a time of day is asked for as well, for `date`."""
    choices: list[Choice] | None = Field(default=None, min_length=1, max_length=200)
    """The options, 1 to 200, for `select` and `multiselect`, which need them."""
    max_tags: int | None = Field(default=None, ge=1, le=50)
    """The greatest number of tags, for `tags`."""
    suggestions: list[Annotated[str, StringConstraints(max_length=50)]] | None = Field(default=None, max_length=200)
    """Tags to choose from, at most 200, for `tags`."""
    source_field: FieldId | None = None
    """The id of the field from which the slug is made, for `slug`."""
    prefix: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,50}$")] | None = None
    """The beginning of every slug, at most 50 characters, for `slug`."""
    max_size_mb: float | None = Field(default=None, gt=0, le=100, alias="maxSizeMB")
    """The greatest size in megabytes, at most 100, for `file` and `image`."""
    allowed_types: list[Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]] | None = Field(
        default=None, min_length=1, max_length=20
    )
    """The media types that are taken, 1 to 20, for `file` and `image`."""
    allow_multiple: bool | None = None
    """Whether several products can be chosen, for `product_selector`."""

    @model_validator(mode="after")
    def _has_the_options_of_its_type(self) -> Self:
        allowed = _OPTIONS[self.type]
        given = self.model_fields_set - set(_Field.model_fields) - {"type", "ai_suggester"}
        strange = sorted(name for name in given if name not in allowed and getattr(self, name) is not None)
        if strange:
            name = type(self).model_fields[strange[0]].alias or strange[0]
            raise field_problem(name, f"must be null for the type {self.type}")
        if self.type in _CHOOSING:
            values = [choice.value for choice in self.choices or []]
            if not values:
                raise missing_field("choices", f"is required for the type {self.type}")
            if len(set(values)) < len(values):
                raise field_problem("choices", "must have different values")
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
    """A field that AI may fill. Lengths count visible characters."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "headline", "name": "Headline", "type": "plain_text", "maxLength": 60, "aiPrompt": "A headline"}
            ]
        }
    )

    type: Literal["plain_text", "rich_text", "html", "faq"] = "plain_text"
    """The type of the value."""
    ai_prompt: str | None = Field(default=None, max_length=2000, examples=["A headline about {{topic}}"])
    """The instruction for AI, at most 2,000 characters; `{{id}}` stands for the value of an input field."""
    ai_auto_complete: bool = True
    """Whether AI fills the field when a content is generated."""
    use_brand_identity: bool = False
    """Whether AI is told the identity of the brand."""
    use_tone_of_voice: bool = False
    """Whether AI is told the tone of voice of the brand."""
    use_guardrails: bool = False
    """Whether AI is told the guardrails of the brand."""
    min_chars: Bound | None = None
    """The least number of visible characters; below `maxChars`."""
    max_chars: Bound | None = Field(default=None, ge=1)
    """The greatest number of visible characters."""
    max_length: int | None = Field(default=None, ge=1, le=10_000)
    """The greatest number of characters that is stored, at most 10,000."""
    min_words: Bound | None = None
    """The least number of words; below `maxWords`."""
    max_words: Bound | None = Field(default=None, ge=1)
    """The greatest number of words."""
    max_tokens: int | None = Field(default=None, ge=1, le=4000)
    """The greatest number of tokens that a model may write, at most 4,000."""
    allowed_tags: Annotated[list[AllowedTag], Field(fail_fast=True)] | None = None
    """The HTML tags that AI may write, of those that the brand takes; null for all of these."""
    sanitize: bool | None = None
    """Has no effect: HTML is always reduced to the allowed tags."""
    allow_sections: bool | None = None
    """Whether questions are grouped in sections, for `faq`."""

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        for least, most in (("min_chars", "max_chars"), ("min_words", "max_words")):
            low, high = getattr(self, least), getattr(self, most)
            if low is not None and high is not None and low >= high:
                raise field_problem(to_camel(least), f"must be less than {to_camel(most)}")
        if self.allow_sections and self.type != "faq":
            raise field_problem("allowSections", "must be false unless the type is faq")
        return self
