"""Requests and answers about people."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.times import ClockTime, Instant
from lib.core.http.zones import MAX_ZONE_CHARACTERS, check_zone
from lib.identity.models import BrandRole, CurrentPassword

type Name = Annotated[
    str,
    Field(max_length=100, pattern=r"^[^<>]*$", examples=["Emil"], description="First or last name; may be empty."),
]
type Timezone = Annotated[
    str,
    Field(
        max_length=MAX_ZONE_CHARACTERS,
        examples=["Europe/London"],
        description="Name of a time zone of the IANA database.",
    ),
    AfterValidator(check_zone),
]
type Phone = Annotated[
    str,
    Field(
        max_length=50,
        pattern=r"^[0-9+() ./-]*$",
        examples=["+44 20 7946 0000"],
        description="Phone number: digits, spaces and `+()./-`.",
    ),
]
type ProfileLanguage = Annotated[
    str, Field(pattern=r"^[a-z]{2}$", examples=["en"], description="Language, as an ISO 639-1 code.")
]
type Digest = Annotated[
    Literal["instant", "hourly", "daily", "weekly"], Field(description="How often notifications are mailed.")
]


class Membership(ResponseModel):
    """Your membership of a brand."""

    brand_id: UUID
    """Id of the brand."""
    brand_name: str = Field(examples=["Aurora Skincare"])
    """Name of the brand."""
    brand_slug: str = Field(examples=["aurora-skincare"])
    """Slug of the brand, as in its delivery URLs."""
    role: BrandRole
    """Your role in the brand."""
    expires_at: Instant | None
    """When the membership ends; null if never."""


class Me(ResponseModel):
    """You, and your roles."""

    id: UUID
    """Your id."""
    email: str | None = Field(examples=["editor@aurora.test"])
    """Your e-mail address; null for API keys."""
    first_name: str = Field(examples=["Emil"])
    """First name; empty if none."""
    last_name: str = Field(examples=["Editor"])
    """Last name; empty if none."""
    timezone: str = Field(examples=["Europe/London"])
    """Time zone, a name of the IANA database."""
    language: str = Field(examples=["en"])
    """Language, as an ISO 639-1 code."""
    avatar_path: str | None = Field(examples=["0193…/avatar.webp"])
    """Path of the avatar in the bucket `avatars` of Supabase Storage; null if none."""
    memberships: list[Membership]
    """Your brands, by name."""


class Profile(ResponseModel):
    """Your profile."""

    id: UUID
    """Your id."""
    email: str = Field(examples=["editor@aurora.test"])
    """Your e-mail address. Change it with `POST /auth/email/change`."""
    first_name: str = Field(examples=["Emil"])
    """First name; empty if none."""
    last_name: str = Field(examples=["Editor"])
    """Last name; empty if none."""
    phone: str | None = Field(examples=["+44 20 7946 0000"])
    """Phone number, which only you can read; null if none."""
    timezone: str = Field(examples=["Europe/London"])
    """Time zone, a name of the IANA database."""
    language: str = Field(examples=["en"])
    """Language, as an ISO 639-1 code."""
    avatar_path: str | None = Field(examples=["0193…/avatar.webp"])
    """Path of the avatar in the bucket `avatars` of Supabase Storage; null if none."""
    last_login_at: Instant | None
    """When you last signed in; null if never."""
    created_at: Instant
    """When the account was created."""


class ProfileChanges(RequestModel):
    """Changes of your profile. Fields that are absent or null stay as they are."""

    first_name: Name | None = None
    """First name, at most 100 characters."""
    last_name: Name | None = None
    """Last name, at most 100 characters."""
    phone: Phone | None = None
    """Phone number, at most 50 characters. An empty text removes it."""
    timezone: Timezone | None = None
    """Time zone, a name of the IANA database."""
    language: ProfileLanguage | None = None
    """Language, as an ISO 639-1 code."""


class Preferences(RequestModel):
    """Your notification preferences. Mails about security and invitations are always sent (domain §9)."""

    email_enabled: bool = True
    """Whether you get mails at all, besides those about security and invitations."""
    content_updates: bool = True
    """Whether you are told of changes of contents."""
    new_comments: bool = True
    """Whether you are told of new comments."""
    task_reminders: bool = False
    """Whether you are reminded of tasks."""
    marketing: bool = False
    """Whether you get marketing mails."""
    digest: Digest = "instant"
    """How often notifications are mailed: each at once, or collected."""
    quiet_from: ClockTime | None = None
    """Start of the hours without mails, in your time zone. Null: none; then `quietTo` must be null too."""
    quiet_to: ClockTime | None = None
    """End of the hours without mails, in your time zone."""


class PreferencesRead(ResponseModel):
    """Your notification preferences."""

    email_enabled: bool
    """Whether you get mails at all, besides those about security and invitations."""
    content_updates: bool
    """Whether you are told of changes of contents."""
    new_comments: bool
    """Whether you are told of new comments."""
    task_reminders: bool
    """Whether you are reminded of tasks."""
    marketing: bool
    """Whether you get marketing mails."""
    digest: Digest
    """How often notifications are mailed: each at once, or collected."""
    quiet_from: ClockTime | None
    """Start of the hours without mails, in your time zone; null if none."""
    quiet_to: ClockTime | None
    """End of the hours without mails, in your time zone; null if none."""
    version: int
    """Version for `If-Match`; 0 while you have never set any."""


class PersonKnown(ResponseModel):
    """A colleague, as everybody in their brands sees them."""

    id: UUID
    """Id of the person."""
    first_name: str = Field(examples=["Emil"])
    """First name; empty if none."""
    last_name: str = Field(examples=["Editor"])
    """Last name; empty if none."""
    avatar_path: str | None = Field(examples=["0193…/avatar.webp"])
    """Path of the avatar in the bucket `avatars` of Supabase Storage; null if none."""
    is_active: bool
    """False for deactivated accounts."""


class PersonFound(ResponseModel):
    """A person in a search."""

    id: UUID
    """Id of the person."""
    first_name: str = Field(examples=["Emil"])
    """First name; empty if none."""
    last_name: str = Field(examples=["Editor"])
    """Last name; empty if none."""
    email: str = Field(examples=["e•••@aurora.test"])
    """E-mail address: whole if you may manage the person, else only its first letter and its domain."""
    avatar_path: str | None = Field(examples=["0193…/avatar.webp"])
    """Path of the avatar in the bucket `avatars` of Supabase Storage; null if none."""
    is_active: bool
    """False for deactivated accounts."""


class RemovalImpact(ResponseModel):
    """Everything that depends on a member of a brand."""

    role: BrandRole
    """Role of the member."""
    open_tasks: int
    """Number of pending workflow tasks that are assigned to the member."""
    unfinished_contents: int
    """Number of contents by the member that are neither published nor archived."""
    assigned_contents: int
    """Number of contents to which the member is assigned."""
    workflow_steps: int
    """Number of workflow steps that name the member."""
    api_keys: int
    """Number of valid API keys of the member, which stop working."""
    is_last_admin: bool
    """Whether the brand would have no admin left."""


class PersonExport(ResponseModel):
    """All personal data that is kept of you, decrypted. Of each kind of activity the latest 10,000 entries."""

    email: str = Field(examples=["editor@aurora.test"])
    """Your e-mail address."""
    profile: dict[str, Any] = Field(examples=[{"firstName": "Emil", "phone": "+44 20 7946 0000"}])
    """Your profile."""
    memberships: list[dict[str, Any]] = Field(examples=[[{"brandName": "Aurora Skincare", "role": "editor"}]])
    """Your memberships of brands."""
    delegations: list[dict[str, Any]] = Field(examples=[[{"isDelegate": False, "reason": "Holiday"}]])
    """The times in which a colleague stood in for you, or you for a colleague; the reason in those of yours."""
    sessions: list[dict[str, Any]] = Field(examples=[[{"deviceName": "Laptop", "address": "203.0.113.7"}]])
    """Your sessions with their IP addresses."""
    devices: list[dict[str, Any]] = Field(examples=[[{"name": "Laptop"}]])
    """Your remembered devices."""
    files: list[dict[str, Any]] = Field(examples=[[{"name": "packshot.png"}]])
    """Files that you uploaded."""
    factors: list[dict[str, Any]] = Field(examples=[[{"kind": "totp", "name": "Phone"}]])
    """Your second factors, without their secrets."""
    api_keys: list[dict[str, Any]] = Field(examples=[[{"name": "Website", "prefix": "mix_live_a1B2c3"}]])
    """Your API keys, without the keys themselves."""
    notification_preferences: dict[str, Any] | None = Field(examples=[{"digest": "daily"}])
    """Your notification preferences; null if you have never set any."""
    notifications: list[dict[str, Any]] = Field(examples=[[{"title": "A task for you"}]])
    """Your latest 1,000 notifications."""
    notification_destinations: list[dict[str, Any]] = Field(examples=[[{"kind": "slack", "name": "#reviews"}]])
    """Chats and webhooks to which your notifications go, without their addresses."""
    contents_created: list[dict[str, Any]] = Field(examples=[[{"title": "Winter skin, explained"}]])
    """Contents that you created, without their texts."""
    comments: list[dict[str, Any]] = Field(examples=[[{"body": "<p>Shorter, please</p>"}]])
    """Comments that you wrote."""
    audit: list[dict[str, Any]] = Field(examples=[[{"action": "auth.login", "outcome": "success"}]])
    """Entries of the audit log about what you did."""


class Erasure(RequestModel):
    """Confirmation of the erasure of your account."""

    password: CurrentPassword | None = None
    """Your current password. Null for accounts without one, which must have signed in within the last 30 minutes."""
