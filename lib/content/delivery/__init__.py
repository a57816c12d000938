"""Delivery of published contents to websites."""

from lib.content.delivery.models import Delivered, DeliveredHead, DeliveryQuery
from lib.content.delivery.service import Delivery, brand_tag, content_tag, deliver_list, deliver_one, list_tag

__all__ = [
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
