"""The settings that decide who may read the published contents of a brand."""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.http.models import RequestModel, ResponseModel, StorableText
from lib.core.http.urls import NORMAL_URL

type DeliveryMode = Literal["public", "private", "off"]

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def _check_pattern(pattern: str) -> str:
    names = _PLACEHOLDER.findall(pattern)
    if names.count("slug") != 1 or names.count("type") > 1 or set(names) - {"slug", "type"}:
        raise ValueError("must hold {slug} once, may hold {type} once, and no other name in braces")
    if set("{}") & set(_PLACEHOLDER.sub("", pattern)):
        raise ValueError("must hold braces around {slug} and {type} only")
    return pattern


type SiteUrl = Annotated[
    StorableText, NORMAL_URL, StringConstraints(max_length=500, pattern=r"^https://[^\s<>\"@{}\\]+$")
]
type UrlPattern = Annotated[
    StorableText,
    NORMAL_URL,
    StringConstraints(max_length=500, pattern=r"^https://[^\s<>\"@{}\\/?#]+/[^\s<>\"@\\]*$"),
    AfterValidator(_check_pattern),
]


class DeliverySettingsRequest(RequestModel):
    """How the published contents of a brand are delivered."""

    mode: DeliveryMode
    """Readers: `public` for everyone, `private` for holders of the key, `off` for nobody."""
    new_key: bool = False
    """Whether to make a key for `private`, which needs one. The former key stops working."""
    site_url: SiteUrl | None = Field(default=None, examples=["https://www.aurora.test/journal"])
    """The page of the brand's website that feeds belong to; null for none. Without it: as it was."""
    url_pattern: UrlPattern | None = Field(default=None, examples=["https://www.aurora.test/journal/{slug}"])
    """The https address of a content on the brand's website, with `{slug}` and perhaps `{type}` in it; null for none.
    Without it: as it was."""
    names_models: bool = False
    """Whether delivery names the models that wrote values. Without it: as it was."""

    def presentation(self) -> dict[str, Any]:
        """Returns what was sent of how contents are presented."""
        return self.model_dump(include={"site_url", "url_pattern", "names_models"}, exclude_unset=True)


class DeliverySettingsRead(ResponseModel):
    """How the published contents of a brand are delivered."""

    mode: DeliveryMode
    """Readers: `public` for everyone, `private` for holders of the key, `off` for nobody."""
    site_url: str | None = Field(examples=["https://www.aurora.test/journal"])
    """The page of the brand's website that feeds belong to; null for none."""
    url_pattern: str | None = Field(examples=["https://www.aurora.test/journal/{slug}"])
    """The address of a content on the brand's website; null for none: then delivery gives its own."""
    names_models: bool
    """Whether delivery names the models that wrote values."""


class DeliverySettings(DeliverySettingsRead):
    """How the published contents of a brand are delivered from now on."""

    key: str | None = Field(examples=["mdk_0123456789abcdefghijklmnopqrstuv"])
    """The new key, to be sent as `X-Delivery-Key`. It is shown this once; null if no key was made."""
