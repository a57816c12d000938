"""Answers about watching."""

from lib.core.http.models import ResponseModel


class Watching(ResponseModel):
    """Whether you watch a content."""

    is_watching: bool
    """True: you are told of decisions, comments and changes. Creators and those who comment watch by themselves."""
