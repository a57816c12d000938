"""The tables of claims, products and ingredients."""

from lib.core.data.unique_fields import register_unique_fields

register_unique_fields(
    {
        "brand_master_claim_brands_pkey": "masterClaimBrandId",
        "claim_approval_steps_master_claim_brand_id_position_key": "position",
        "claim_scopes_pkey": "text",
        "ingredients_name_key": "name",
        "master_claim_brands_name_key": "name",
        "product_ingredients_pkey": "ingredientId",
        "products_master_claim_brand_id_name_key": "name",
    }
)
