"""The audit log: who did what that must be provable (domain §12)."""

from lib.audit.models import AuditEntry, AuditQuery
from lib.audit.service import list_entries

__all__ = ["AuditEntry", "AuditQuery", "list_entries"]
