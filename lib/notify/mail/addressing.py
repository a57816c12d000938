"""How mails of a brand are addressed: a setting of its admins."""

import re
import unicodedata
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, Field, computed_field

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row
from lib.core.filled import check_filled
from lib.core.http.emails import NewEmailAddress
from lib.core.http.errors import NotFound
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.notify.mail import repository

PLATFORM: Final = "mixerai"


def _of_the_brand(name: str) -> str:
    """Refuses a name that readers would take for the platform: it could ask them for their passwords."""
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name)).casefold()
    if PLATFORM in letters:
        raise ValueError("must not contain the name of the platform")
    return name


type SenderName = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f<>\"]+$", examples=["Aurora Skincare"]),
    AfterValidator(_of_the_brand),
    AfterValidator(check_filled),
]
type MailLanguage = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["en"])]


class NewMailSettings(RequestModel):
    """Sender settings of a brand's mails."""

    sender_name: SenderName | None = None
    """Display name of the sender; " via MixerAI" is appended. It must not contain "MixerAI". Null uses the name of the
    brand."""
    reply_to: NewEmailAddress | None = Field(default=None, examples=["content@aurora.test"])
    """Address that receives replies. Null: replies go to the platform's address, which nobody reads."""
    language: MailLanguage | None = None
    """Language of mails to people who have not chosen one. Null uses the language of the brand."""
    tracks: bool = False
    """Whether opens and clicks are tracked. Security mails and invitations are never tracked."""


class MailSettings(ResponseModel):
    """Sender settings of a brand's mails."""

    brand_id: UUID
    """Id of the brand."""
    sender_name: str | None = Field(examples=["Aurora Skincare"])
    """Display name of the sender, before " via MixerAI"; null if the name of the brand is used."""
    reply_to: str | None = Field(examples=["content@aurora.test"])
    """Address that receives replies; null if there is none."""
    language: str | None = Field(examples=["en"])
    """Language of mails to people who have not chosen one; null if the language of the brand is used."""
    tracks: bool
    """Whether opens and clicks are tracked."""
    version: int = Field(ge=0)
    """Number of changes, to be sent as `If-Match` with the next one. 0 if the settings were never changed."""
    updated_at: Instant | None
    """Time of the last change; null if there was none."""

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
