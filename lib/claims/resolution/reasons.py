"""Says in words why a claim holds."""

from typing import Any, Final

from lib.claims.fields import ALL_COUNTRIES
from lib.claims.resolution.models import SCOPES, Rule

_SENTENCES: Final[dict[Rule, str]] = {
    "only": "No other claim of the product, its ingredients and its claim brand has this text.",
    "override": "An override of this product outranks the claims.",
    "scope": "A claim of the market beats a global one, whatever their levels.",
    "level": "Of claims of the same scope, those of products beat those of ingredients, and these those of brands.",
    "status": "In a full tie, disallowed beats mandatory, and mandatory beats allowed.",
    "id": "In a full tie with the same status, the claim that was created first holds.",
}


def _override_sentence(override: dict[str, Any] | None, row: dict[str, Any]) -> str:
    if override is None:
        return _SENTENCES["override"]
    where = "all countries" if override["market"] == ALL_COUNTRIES else override["market"]
    if override["replacement_claim_id"] is None:
        return f"The rule of {where} blocks the claim for this product."
    if row["status"] == "none":
        return f"The rule of {where} replaces the claim, but its replacement is not in force: nothing may be said."
    return f"The rule of {where} puts another claim in its place, which outranks the claims of this product."


def explained(row: dict[str, Any]) -> dict[str, Any]:
    """Returns a row of list_stacked_claims with the reason, and with scopes by their names."""
    over = [each | {"scope": SCOPES[each["scope"]]} for each in row["over"]]
    override = row["override"]
    if row["scope"] == 1:
        rule: Rule = "override"
        sentence = _override_sentence(override, row)
    else:
        rule = over[0]["lost_by"] if over else "only"
        sentence = _SENTENCES[rule]
        if override is not None:
            sentence += f" The rule of {override['market']} exempts the market from the one for all countries."
    return row | {"scope": SCOPES[row["scope"]], "reason": {"rule": rule, "sentence": sentence, "over": over}}
