"""Evidence for claims: documents, their review and their expiry."""

from lib.claims.evidence.models import (
    ClaimEvidence,
    Evidence,
    EvidenceChanges,
    EvidenceQuery,
    EvidenceReview,
    EvidenceWithdrawal,
    NewEvidence,
)
from lib.claims.evidence.service import (
    add_evidence,
    get_evidence,
    list_all_evidence,
    list_evidence,
    review_evidence,
    update_evidence,
    withdraw_evidence,
)

__all__ = [
    "ClaimEvidence",
    "Evidence",
    "EvidenceChanges",
    "EvidenceQuery",
    "EvidenceReview",
    "EvidenceWithdrawal",
    "NewEvidence",
    "add_evidence",
    "get_evidence",
    "list_all_evidence",
    "list_evidence",
    "review_evidence",
    "update_evidence",
    "withdraw_evidence",
]
