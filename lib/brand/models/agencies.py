"""Vetting agencies: regulators and watchdogs of a brand."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lib.brand.models.values import BrandCountry, BrandName
from lib.core.http.models import Changes, RequestModel, ResponseModel
from lib.core.http.times import Instant

type Priority = Literal["High", "Medium", "Low"]
type AgencyStatus = Literal["pending_verification", "verified", "rejected"]


class NewAgency(RequestModel):
    """A regulator or watchdog to add to a brand."""

    name: Annotated[BrandName, Field(examples=["Advertising Standards Authority"])]
    """The name, at most 255 characters; once in a brand and country."""
    priority: Priority = "Medium"
    """How much weight its rules have."""
    country_code: BrandCountry | None = None
    """The country in which it acts (ISO 3166-1 alpha-2); null for all countries."""
    status: AgencyStatus = "verified"
    """Whether a person has verified it. Agencies that AI suggests start as `pending_verification`."""
    is_active: bool = True
    """Whether the brand follows it at the moment."""


class AgencyChanges(Changes):
    """Changes of an agency. Properties that are not given stay as they are."""

    name: BrandName | None = None
    """The name, at most 255 characters."""
    priority: Priority | None = None
    """How much weight its rules have."""
    country_code: BrandCountry | None = None
    """The country in which it acts; null for all countries."""
    status: AgencyStatus | None = None
    """Whether a person has verified it."""
    is_active: bool | None = None
    """Whether the brand follows it at the moment."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null: all but the country."""
        return frozenset(cls.model_fields) - {"country_code"}


class Agency(ResponseModel):
    """A regulator or watchdog of a brand."""

    id: UUID
    """The id of the agency."""
    name: str = Field(examples=["Advertising Standards Authority"])
    """The name."""
    priority: Priority
    """How much weight its rules have."""
    country_code: str | None = Field(examples=["GB"])
    """The country in which it acts (ISO 3166-1 alpha-2); null for all countries."""
    status: AgencyStatus
    """Whether a person has verified it."""
    is_active: bool
    """Whether the brand follows it at the moment."""
    created_at: Instant
    """When it was added."""
    updated_at: Instant
    """When it was last changed."""
