"""The plan of a brand's account, and what is used of it."""

from lib.brand.quotas.models import BrandQuota
from lib.brand.quotas.service import get_quota

__all__ = ["BrandQuota", "get_quota"]
