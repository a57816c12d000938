"""How complete the profile of a brand is: what AI needs to write in its voice (domain §1)."""

from typing import TYPE_CHECKING, Final

from pydantic import Field

from lib.core.filled import shows_something
from lib.core.http.models import ResponseModel

if TYPE_CHECKING:
    from lib.brand.models import Brand

# The length of prose in words (least, most), and the number of guardrails, of a complete profile.
IDENTITY_WORDS: Final = (100, 150)
TONE_WORDS: Final = (50, 75)
LEAST_GUARDRAILS: Final = 5


class Completeness(ResponseModel):
    """How complete the profile of a brand is."""

    score: int = Field(ge=0, le=100, examples=[75])
    """The share of the criteria that are met, in percent."""
    missing: list[str] = Field(examples=[["logo", "guardrails"]])
    """The properties that are missing; `guardrails` until there are five."""
    hints: list[str] = Field(examples=[["identity: 100 to 150 words read best, it has 40"]])
    """Properties that are set and could be better; they do not lower the score."""


def _words(*texts: object) -> int:
    return sum(len(str(text).split()) for text in texts if text)


def _identity_words(brand: "Brand") -> int:
    identity = brand.identity
    return _words(identity.get("mission"), identity.get("vision"), identity.get("usp"), *(identity.get("values") or []))


def completeness_of(brand: "Brand") -> Completeness:
    """Returns how complete the profile of a brand is."""
    criteria = {
        "description": shows_something(brand.description),
        "identity": bool(_identity_words(brand)),
        "toneOfVoice": shows_something(brand.tone_of_voice),
        "guardrails": len(brand.guardrails) >= LEAST_GUARDRAILS,
        "keyMessages": bool(brand.key_messages),
        "targetAudience": shows_something(brand.target_audience),
        "country": brand.country is not None,
        "language": brand.language is not None,
        "colors": "primary" in brand.colors,
        "logo": brand.logo is not None,
        "vettingAgencies": any(agency.is_active for agency in brand.vetting_agencies),
        "workflows": bool(brand.workflows),
    }
    missing = [name for name, is_there in criteria.items() if not is_there]
    hints: list[str] = []
    for name, words, (least, most) in (
        ("identity", _identity_words(brand), IDENTITY_WORDS),
        ("toneOfVoice", _words(brand.tone_of_voice), TONE_WORDS),
    ):
        if words and not least <= words <= most:
            hints.append(f"{name}: {least} to {most} words read best, it has {words}")
    score = round(100 * (len(criteria) - len(missing)) / len(criteria))
    return Completeness(score=score, missing=missing, hints=hints)
