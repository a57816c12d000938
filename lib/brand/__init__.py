"""Brands: the tenants, with their identity and voice."""

from lib.brand.models import Brand
from lib.brand.service import get_brand, list_brands

__all__ = ["Brand", "get_brand", "list_brands"]
