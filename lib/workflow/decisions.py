"""The decision of a person on a step: one contract, whether it is made on a task or on the review of a content."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from lib.core.filled import shows_something
from lib.core.http.models import RequestModel
from lib.core.http.validation import missing_field

type DecisionVerdict = Literal["approve", "reject", "request_changes"]
type DecisionComment = Annotated[
    str, StringConstraints(max_length=5000, strip_whitespace=True), Field(examples=["Reads well"])
]
type PublishedUrl = Annotated[
    str,
    StringConstraints(pattern=r'^https?://[^\s<>"]+$', max_length=2000),
    Field(examples=["https://www.example.com/winter"]),
]


class Decision(RequestModel):
    """A decision on a step."""

    decision: DecisionVerdict
    """The decision. `reject` ends the review; `request_changes` makes the content a draft, which comes back."""
    comment: DecisionComment = ""
    """A comment for the history, at most 5,000 characters; the author reads it. Required unless you approve."""
    published_url: PublishedUrl | None = None
    """The http(s) address at which the content was published, for steps that require it."""

    @model_validator(mode="after")
    def _explains_what_is_not_approved(self) -> Self:
        if self.decision != "approve" and not shows_something(self.comment):
            raise missing_field("comment", "is required unless you approve")
        return self
