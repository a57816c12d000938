"""Delivery of published contents to websites."""

from lib.publishing.delivery.caching import EDGE_SECONDS, STALE_SECONDS, brand_tag, content_tag, list_tag
from lib.publishing.delivery.models import Delivered, DeliveredHead, DeliveryQuery
from lib.publishing.delivery.service import Delivery, deliver_list, deliver_one

__all__ = [
    "EDGE_SECONDS",
    "STALE_SECONDS",
    "Delivered",
    "DeliveredHead",
    "Delivery",
    "DeliveryQuery",
    "brand_tag",
    "content_tag",
    "deliver_list",
    "deliver_one",
    "list_tag",
]
