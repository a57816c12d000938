"""Comments on contents: threads, anchors in a field, mentions."""

from lib.content.comments.models import Comment, CommentEdit, NewComment, Thread
from lib.content.comments.service import add_comment, delete_comment, edit_comment, list_threads, resolve_comment

__all__ = [
    "Comment",
    "CommentEdit",
    "NewComment",
    "Thread",
    "add_comment",
    "delete_comment",
    "edit_comment",
    "list_threads",
    "resolve_comment",
]
