"""The kinds of targets that channels publish to, each imported when it is used."""

from typing import Any

from lib.publishing.channels.settings import ExternalKind
from lib.publishing.channels.work import Adapter


def adapter_of(kind: ExternalKind) -> Adapter[Any, Any]:
    """Returns the adapter of a kind."""
    # By their names in full, which the walk through the imports of a function finds (decision 57).
    match kind:
        case "webhook":
            from lib.publishing.channels.adapters import webhook

            return webhook.ADAPTER
        case "wordpress":
            from lib.publishing.channels.adapters import wordpress

            return wordpress.ADAPTER
        case "contentful":
            from lib.publishing.channels.adapters import contentful

            return contentful.ADAPTER
        case "shopify":
            from lib.publishing.channels.adapters import shopify

            return shopify.ADAPTER
        case "s3":
            from lib.publishing.channels.adapters import s3

            return s3.ADAPTER
