"""Violations of the rules of a brand, and the reports of checks."""

from typing import Annotated, Literal

from pydantic import Field

from lib.core.http.models import ResponseModel

type Severity = Annotated[Literal["low", "medium", "high"], Field(description="How serious a violation or a risk is.")]


class Violation(ResponseModel):
    """A passage that breaks a rule of the brand."""

    source: Literal["guardrail", "claim", "term", "pattern"]
    """The kind of the rule: a guardrail of the brand, a claim, a term to avoid, or a pattern of the platform."""
    rule: str = Field(examples=["Never promise a cure"])
    """The rule."""
    severity: Severity
    """How serious it is. `high` keeps the output out of the content until it is overridden."""
    quote: str = Field(examples=["cures dry skin"])
    """The passage, at most 300 characters; empty if something is missing from the text."""
    message: str = Field(examples=["It promises a cure."])
    """Why it breaks the rule."""
    proposed_fix: str | None = Field(examples=["soothes dry skin"])
    """A text that would keep the rule. Null: none was proposed."""


class GuardrailReport(ResponseModel):
    """The result of checking an output against the rules of the brand."""

    violations: list[Violation]
    """The violations found; empty if there are none."""
    is_held: bool
    """True: a violation of high severity keeps the output out of the content until an approver overrides it."""
    checked_by: Literal["rules", "model"]
    """`model`: a model checked it as well. `rules`: no model was asked, or none answered."""


class GuardrailCheck(ResponseModel):
    """The result of checking a text."""

    violations: list[Violation]
    """The violations found; empty if there are none."""
    alignment: float = Field(ge=0, le=100, examples=[88])
    """How much the text sounds like the brand, from 0 to 100."""
