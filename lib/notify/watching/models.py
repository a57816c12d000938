"""Answers about watching."""

from lib.core.http.models import ResponseModel


class Watching(ResponseModel):
    """Whether you watch a content."""

    is_watching: bool
    """Whether you are notified of decisions, comments and changes. Creators and commenters watch automatically."""
