"""The permissions of the caller in each of their brands (domain §2)."""

from lib.identity.permissions.models import BrandPermissions
from lib.identity.permissions.service import list_permissions

__all__ = ["BrandPermissions", "list_permissions"]
