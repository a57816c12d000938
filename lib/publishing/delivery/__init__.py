"""Delivery of published contents to websites."""

from lib.publishing.delivery.answers import Delivery
from lib.publishing.delivery.caching import (
    EDGE_SECONDS,
    STALE_SECONDS,
    EdgeTimes,
    brand_tag,
    content_tag,
    joined_times,
    list_tag,
)
from lib.publishing.delivery.documents import (
    FILE_TYPES,
    Document,
    FileName,
    deliver_document,
    deliver_file,
    deliver_sitemap,
)
from lib.publishing.delivery.headers import DOCUMENT_TYPES, JSON_LD, MARKDOWN
from lib.publishing.delivery.models import (
    TEXTS,
    Delivered,
    DeliveredClaim,
    DeliveredEvidence,
    DeliveredHead,
    DeliveredProvenance,
    DeliveredTag,
    DeliveredType,
    DeliveredWriting,
    DeliveryQuery,
)
from lib.publishing.delivery.provenance import delivered_provenance, disclosure_of
from lib.publishing.delivery.service import ORDER, deliver_list, deliver_one

__all__ = [
    "DOCUMENT_TYPES",
    "EDGE_SECONDS",
    "FILE_TYPES",
    "JSON_LD",
    "MARKDOWN",
    "ORDER",
    "STALE_SECONDS",
    "TEXTS",
    "Delivered",
    "DeliveredClaim",
    "DeliveredEvidence",
    "DeliveredHead",
    "DeliveredProvenance",
    "DeliveredTag",
    "DeliveredType",
    "DeliveredWriting",
    "Delivery",
    "DeliveryQuery",
    "Document",
    "EdgeTimes",
    "FileName",
    "brand_tag",
    "content_tag",
    "deliver_document",
    "deliver_file",
    "deliver_list",
    "deliver_one",
    "deliver_sitemap",
    "delivered_provenance",
    "disclosure_of",
    "joined_times",
    "list_tag",
]
