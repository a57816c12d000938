"""Publishing: on time, and out of the caches when it is over."""

from lib.publishing.edge_cache import purge_delivered
from lib.publishing.schedule import publish_due

__all__ = ["publish_due", "purge_delivered"]
