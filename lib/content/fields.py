"""The types of a content's parts, which are cleaned as they are validated."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.http.models import RequestModel
from lib.core.http.urls import NORMAL_URL
from lib.core.security.html import PLAIN_PATTERN, clean_value, sanitize_html, without_markup

type ContentStatus = Literal[
    "draft",
    "pending_review",
    "in_review",
    "approved",
    "scheduled",
    "published",
    "archived",
    "rejected",
]
type ReviewPriority = Literal["normal", "high", "urgent"]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$"), Field(examples=["article"])]
type Title = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^<>]*$"),
    Field(examples=["What cold wind does to skin"]),
]
type Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9-]{1,200}$"), Field(examples=["what-cold-wind-does-to-skin"])
]
type Tag = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50, strip_whitespace=True, pattern=PLAIN_PATTERN),
    Field(examples=["winter"]),
]

MAX_FIELDS: Final = 50
MAX_CHARACTERS: Final = 200_000


def clean_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Reduces HTML in any value to the allow-list.

    Only the template tells which fields are rich text. Cleaning every value that has markup needs no template and
    leaves no gap.
    """
    return clean_value(fields)


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_characters(key) + _characters(item) for key, item in value.items())
    return sum(map(_characters, value)) if isinstance(value, list) else 0


def _check_lengths(fields: dict[str, Any]) -> dict[str, Any]:
    if _characters(fields) > MAX_CHARACTERS:
        raise ValueError(f"all fields together have more than {MAX_CHARACTERS} characters")
    return fields


def _check_keys(fields: dict[str, Any]) -> dict[str, Any]:
    if any(without_markup(key) != key for key in fields):
        raise ValueError("has a key with a tag")
    return fields


def _check_length(html: str) -> str:
    """Escaping makes up to six characters of one."""
    if len(html) > MAX_CHARACTERS:
        raise ValueError(f"has more than {MAX_CHARACTERS} characters once it is escaped")
    return html


def unique(items: list[str]) -> list[str]:
    """Returns the items without repetitions, in the order of first appearance."""
    return list(dict.fromkeys(items))


type Fields = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=50)], Any],
    Field(max_length=MAX_FIELDS, examples=[{"topic": "Cold wind", "headline": "What cold wind does to skin"}]),
    AfterValidator(_check_lengths),
    AfterValidator(_check_keys),
    AfterValidator(clean_fields),
    AfterValidator(_check_lengths),
]
type Html = Annotated[
    str,
    StringConstraints(max_length=MAX_CHARACTERS),
    AfterValidator(sanitize_html),
    AfterValidator(_check_length),
    Field(examples=["<p>Cold air holds <strong>little water</strong>.</p>"]),
]
type Plain = Annotated[str, AfterValidator(clean_value), Field(examples=["Why skin feels tight in winter."])]
type Tags = Annotated[list[Tag], Field(max_length=50), AfterValidator(unique)]
type HttpUrl = Annotated[
    str,
    NORMAL_URL,
    StringConstraints(max_length=2000, pattern=r"^https?://[^\s<>\"]+$"),
    Field(examples=["https://aurora.test/skin"]),
]


class Metadata(RequestModel):
    """The values that search engines and cards show. Null removes a value."""

    meta_title: str | None = Field(default=None, max_length=200, pattern=PLAIN_PATTERN, examples=["Cold wind and skin"])
    """The title in search results, at most 200 characters without tags."""
    meta_description: str | None = Field(
        default=None, max_length=500, pattern=PLAIN_PATTERN, examples=["Why skin feels tight in winter."]
    )
    """The description in search results, at most 500 characters without tags."""
    keywords: Tags | None = None
    """At most 50 keywords."""
    og_image: HttpUrl | None = None
    """The http(s) address of the picture on cards."""
    canonical_url: HttpUrl | None = None
    """The http(s) address under which search engines list the content."""
    target_audience: str | None = Field(
        default=None, max_length=500, pattern=PLAIN_PATTERN, examples=["People with sensitive skin"]
    )
    """For whom the content is written, at most 500 characters without tags; not delivered to websites."""
