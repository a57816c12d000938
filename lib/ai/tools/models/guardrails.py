"""Request of checkGuardrails (domain §7); its result is lib.ai.guardrails.models.GuardrailCheck."""

from typing import Self
from uuid import UUID

from pydantic import model_validator

from lib.ai.tools.models.base import CountryCode, SourceText, ToolRequest
from lib.core.http.validation import missing_field


class GuardrailRequest(ToolRequest):
    """A request to check a text, or the text of a content, against the rules of its brand."""

    text: SourceText | None = None
    """The text: 1 to 50,000 characters. Null with `contentId`: the text of that content, whose alignment score is
    updated."""
    market: CountryCode | None = None
    """The country whose claims apply (ISO 3166-1 alpha-2). Null: the country of the brand."""
    product_id: UUID | None = None
    """The product whose claims apply. Null: no claims are checked."""

    @model_validator(mode="after")
    def _has_a_text(self) -> Self:
        if self.text is None and self.content_id is None:
            raise missing_field("text", "is required without contentId")
        return self
