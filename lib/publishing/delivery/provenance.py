"""The share of AI in a content, in words that machines know: IPTC's digital source types, schema.org, and a header."""

from typing import Any, Final

from lib.core.data.db import Row
from lib.publishing.delivery.models import DeliveredProvenance

# https://cv.iptc.org/newscodes/digitalsourcetype/; the concepts are named with http.
IPTC: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED: Final = "trainedAlgorithmicMedia"
COMPOSITE: Final = "compositeWithTrainedAlgorithmicMedia"
# https://schema.org/IPTCDigitalSourceEnumeration
SCHEMA: Final = {
    IPTC + GENERATED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    IPTC + COMPOSITE: "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
}
# The response header of draft-abaris-aicdh.
HEADER: Final = "AI-Disclosure"


def provenance_of(stored: dict[str, Any] | None) -> Row:
    """Returns the values of DeliveredProvenance. ``stored``: that of private.delivered_provenance.

    No edit takes the mark away: a text that a model drafted stays marked, whatever a person changed in it. A content
    without a record is not called made by people, since nobody knows where a text was written that was pasted.
    """
    if not stored:
        return {
            "ai_assisted": False,
            "fields": [],
            "human_reviewed": None,
            "system_names": [],
            "digital_source_type": None,
        }
    fields: list[Row] = stored["fields"]
    return {
        "ai_assisted": True,
        "fields": [{name: value for name, value in field.items() if name != "model"} for field in fields],
        "human_reviewed": stored["is_reviewed"],
        "system_names": sorted({field["model"] for field in fields if field.get("model")}),
        "digital_source_type": IPTC + (GENERATED if stored["is_wholly_generated"] else COMPOSITE),
    }


def delivered_provenance(stored: dict[str, Any] | None) -> DeliveredProvenance:
    """Returns the share of AI in a content as it is delivered. ``stored``: that of private.delivered_provenance."""
    return DeliveredProvenance.model_validate(provenance_of(stored))


def disclosure_of(provenance: DeliveredProvenance) -> str | None:
    """Returns the value of the header AI-Disclosure; None where no model wrote anything."""
    if not provenance.ai_assisted:
        return None
    is_unseen = provenance.digital_source_type == IPTC + GENERATED and not provenance.human_reviewed
    return f"mode={'machine-generated' if is_unseen else 'ai-originated'}"
