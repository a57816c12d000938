"""The settings that decide who may read the published contents of a brand."""

from typing import Literal

from pydantic import Field

from lib.core.http.models import RequestModel, ResponseModel

type DeliveryMode = Literal["public", "private", "off"]


class DeliverySettingsRequest(RequestModel):
    """How the published contents of a brand are delivered."""

    mode: DeliveryMode
    """Readers: `public` for everyone, `private` for holders of the key, `off` for nobody."""
    new_key: bool = False
    """Whether to make a key for `private`, which needs one. The former key stops working."""


class DeliverySettings(ResponseModel):
    """How the published contents of a brand are delivered."""

    mode: DeliveryMode
    """Readers: `public` for everyone, `private` for holders of the key, `off` for nobody."""
    key: str | None = Field(examples=["mdk_0123456789abcdefghijklmnopqrstuv"])
    """The new key, to be sent as `X-Delivery-Key`. It is shown this once; null if no key was made."""
