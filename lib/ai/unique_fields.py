"""The unique indexes of this context, each with the field of the API that it is about."""

from typing import Final

UNIQUE_FIELDS: Final = {
    "ai_budgets_pkey": "month",
    "ai_prices_pkey": "effectiveFrom",
    "prompt_templates_brand_id_name_version_key": "version",
}
