"""The configuration that browsers are told, of the services that they reach themselves."""

from pydantic import Field

from lib.core.config import get_settings
from lib.core.http.models import ResponseModel


class PublicConfig(ResponseModel):
    """The values with which a browser subscribes to Realtime. They are not secret."""

    supabase_url: str = Field(examples=["https://project.supabase.co"])
    """The address of the Supabase project."""
    supabase_publishable_key: str = Field(examples=["sb_publishable_…"])
    """The publishable key of the project, to be sent as `apikey`."""


def get_public_config() -> PublicConfig:
    """Returns the address and the publishable key of Supabase."""
    settings = get_settings()
    return PublicConfig(supabase_url=settings.supabase_url, supabase_publishable_key=settings.supabase_publishable_key)
