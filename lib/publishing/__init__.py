"""Publishing: publishes contents on time, and purges the edge cache of contents that changed."""

from lib.publishing.edge_purge import purge_delivered
from lib.publishing.schedule import publish_due

__all__ = ["publish_due", "purge_delivered"]
