"""What is published, for websites."""

from lib.content.delivery.models import Delivered, DeliveredHead
from lib.content.delivery.service import Delivery, brand_tag, content_tag, deliver_list, deliver_one, list_tag

__all__ = [
    "Delivered",
    "DeliveredHead",
    "Delivery",
    "brand_tag",
    "content_tag",
    "deliver_list",
    "deliver_one",
    "list_tag",
]
