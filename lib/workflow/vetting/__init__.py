"""The vetting feedback that is stored with a review."""

from lib.workflow.vetting.models import StoredFeedback
from lib.workflow.vetting.service import list_feedback

__all__ = ["StoredFeedback", "list_feedback"]
