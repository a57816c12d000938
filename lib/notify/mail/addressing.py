"""How mails of a brand are addressed: a setting of its admins."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, computed_field

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row
from lib.core.http.errors import NotFound
from lib.core.http.models import RequestModel, ResponseModel
from lib.notify.mail import repository

type SenderName = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f<>\"]+$", examples=["Aurora Skincare"])
]
type ReplyTo = Annotated[
    str, Field(max_length=254, pattern=r"^[^\s@<>\",]+@[^\s@<>\",]+$", examples=["content@aurora.test"])
]
type MailLanguage = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["en"])]


class NewMailSettings(RequestModel):
    """How mails of a brand are addressed."""

    sender_name: SenderName | None = None
    """The name that readers see as the sender, followed by "via MixerAI". Null: the name of the brand."""
    reply_to: ReplyTo | None = None
    """The address that answers go to. Null: none, and answers go to the platform, which reads none."""
    language: MailLanguage | None = None
    """The language of mails to people who have set none. Null: that of the brand."""
    tracks: bool = False
    """Whether it is recorded who opens a mail and follows its links; never of security mails and invitations."""


class MailSettings(ResponseModel):
    """How mails of a brand are addressed."""

    brand_id: UUID
    """The id of the brand."""
    sender_name: str | None = Field(examples=["Aurora Skincare"])
    """The name that readers see as the sender, followed by "via MixerAI"; null for the name of the brand."""
    reply_to: str | None = Field(examples=["content@aurora.test"])
    """The address that answers go to; null for none."""
    language: str | None = Field(examples=["en"])
    """The language of mails to people who have set none; null for that of the brand."""
    tracks: bool
    """Whether it is recorded who opens a mail and follows its links."""
    version: int = Field(ge=0)
    """Counts the changes; send it as `If-Match` with the next one. 0: never set."""
    updated_at: AwareDatetime | None
    """When the settings were last changed; null if never."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the settings."""
        return {"self": f"/api/v1/mail/settings/{self.brand_id}", "brand": f"/api/v1/brands/{self.brand_id}"}


async def get_mail_settings(principal: Principal, *, brand_id: UUID) -> MailSettings:
    """Returns the mail settings of a brand. Raises NotFound, and Forbidden without ``brand.update``."""
    row = await repository.fetch_settings(principal.db, brand_id=brand_id)
    if row is None:
        raise NotFound("brand not found")
    return read_row(MailSettings, row)


async def replace_mail_settings(
    principal: Principal, *, brand_id: UUID, settings: NewMailSettings, expected_version: int
) -> MailSettings:
    """Replaces the mail settings of a brand. Raises NotFound, Forbidden and PreconditionFailed."""
    values: dict[str, Any] = settings.model_dump(mode="json")
    row = await repository.replace_settings(
        principal.db, brand_id=brand_id, settings=values, expected_version=expected_version
    )
    return read_row(MailSettings, row)
