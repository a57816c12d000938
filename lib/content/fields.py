"""The types of a content's parts, as they are typed. HTML among them is sanitised later (markup.py)."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.filled import check_filled
from lib.core.http.models import RequestModel
from lib.core.http.urls import NORMAL_URL
from lib.core.security.html import PLAIN_PATTERN, as_html, without_markup
from lib.core.texts import folded

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
    AfterValidator(check_filled),
    Field(examples=["What cold wind does to skin"]),
]
type Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9-]{1,200}$"), Field(examples=["what-cold-wind-does-to-skin"])
]
type Tag = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50, strip_whitespace=True, pattern=PLAIN_PATTERN),
    AfterValidator(check_filled),
    Field(examples=["winter"]),
]

MAX_FIELDS: Final = 50
MAX_CHARACTERS: Final = 200_000


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_characters(key) + _characters(item) for key, item in value.items())
    return sum(map(_characters, value)) if isinstance(value, list) else 0


def _is_within(value: Any) -> bool:
    """Tells whether a value has room, also as HTML: escaping makes six characters of one, and links become longer."""
    length = _characters(value)
    if length > MAX_CHARACTERS:
        return False
    # Each character of a text that becomes longer is one of these; the whole is sanitised only if they are many.
    if length <= MAX_CHARACTERS // 40:
        return True
    most = length + 40 * _brackets(value)
    return most <= MAX_CHARACTERS or _characters(as_html(value)) <= MAX_CHARACTERS


def _brackets(value: Any) -> int:
    if isinstance(value, str):
        return value.count("<") + value.count("&") + value.count(">") + value.count("\xa0")
    if isinstance(value, dict):
        return sum(map(_brackets, value.values()))
    return sum(map(_brackets, value)) if isinstance(value, list) else 0


def _check_lengths(fields: dict[str, Any]) -> dict[str, Any]:
    if not _is_within(fields):
        raise ValueError(f"all fields together have more than {MAX_CHARACTERS} characters")
    return fields


def _has_tag_in_key(value: Any) -> bool:
    if isinstance(value, dict):
        return any(without_markup(key) != key or _has_tag_in_key(item) for key, item in value.items())
    return any(map(_has_tag_in_key, value)) if isinstance(value, list) else False


def _check_keys(fields: dict[str, Any]) -> dict[str, Any]:
    if _has_tag_in_key(fields):
        raise ValueError("has a key with a tag")
    return fields


def _check_length(html: str) -> str:
    if not _is_within(html):
        raise ValueError(f"has more than {MAX_CHARACTERS} characters once it is escaped")
    return html


def unique(items: list[str]) -> list[str]:
    """Returns the items without those that repeat an earlier one, also in another case."""
    first: dict[str, str] = {}
    for item in items:
        first.setdefault(folded(item), item)
    return list(first.values())


type Fields = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=50)], Any],
    Field(max_length=MAX_FIELDS, examples=[{"topic": "Cold wind", "headline": "What cold wind does to skin"}]),
    AfterValidator(_check_lengths),
    AfterValidator(_check_keys),
]
type Html = Annotated[
    str,
    StringConstraints(max_length=MAX_CHARACTERS),
    AfterValidator(_check_length),
    Field(examples=["<p>Cold air holds <strong>little water</strong>.</p>"]),
]
type Plain = Annotated[str, Field(examples=["Why skin feels tight in winter."])]
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
