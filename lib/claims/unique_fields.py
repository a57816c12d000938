"""The unique indexes of this context, each with the field of the API that it is about."""

from typing import Final

UNIQUE_FIELDS: Final = {
    "claim_approval_steps_master_claim_brand_id_position_key": "steps",
    "claim_reviewers_brand_id_user_id_reviewer_role_master_claim_key": "reviewerRole",
    "claim_scopes_pkey": "text",
    "ingredients_name_key": "name",
    "market_overrides_master_claim_id_market_country_product_id_key": "market",
    "master_claim_brands_name_key": "name",
    "products_master_claim_brand_id_name_key": "name",
}
