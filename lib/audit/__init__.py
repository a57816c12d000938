"""The audit log: who did what that must be provable (domain §12)."""

from lib.audit.models import AuditEntry, AuditQuery
from lib.audit.service import ORDER, list_entries

__all__ = ["ORDER", "AuditEntry", "AuditQuery", "list_entries"]
