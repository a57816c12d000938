"""The settings of the edge cache, read from the environment once for each instance."""

import os
from functools import lru_cache
from typing import Annotated

from lib.core.settings.registry import Needed, SettingsModel, Url, read_model, register


@register
class EdgeCacheSettings(SettingsModel):
    """Access to Vercel's edge cache, for purging it: see lib/publishing/edge_purge.py."""

    vercel_api_url: Url = "https://api.vercel.com"
    vercel_token: Annotated[
        str | None, Needed("published content stays in the edge cache until it expires, also after it was archived")
    ] = None
    vercel_project_id: str | None = None
    vercel_team_id: str | None = None


@lru_cache(maxsize=1)
def get_edge_cache_settings() -> EdgeCacheSettings:
    """Returns the settings of the edge cache for this instance. Raises ConfigurationError."""
    return read_model(EdgeCacheSettings, os.environ)
