"""Contents: made, edited, reviewed, published; with their versions and their history."""

from lib.content.models import (
    Approval,
    Content,
    ContentChanges,
    ContentFilter,
    ContentStatus,
    ContentVersion,
    HistoryEntry,
    NewContent,
    SearchHit,
)
from lib.content.service import (
    approve_content,
    create_content,
    get_content,
    list_contents,
    list_history,
    list_versions,
    publish_content,
    search_contents,
    submit_content,
    update_content,
)

__all__ = [
    "Approval",
    "Content",
    "ContentChanges",
    "ContentFilter",
    "ContentStatus",
    "ContentVersion",
    "HistoryEntry",
    "NewContent",
    "SearchHit",
    "approve_content",
    "create_content",
    "get_content",
    "list_contents",
    "list_history",
    "list_versions",
    "publish_content",
    "search_contents",
    "submit_content",
    "update_content",
]
