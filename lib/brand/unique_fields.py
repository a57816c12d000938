"""The unique indexes of this context, each with the field of the API that it is about."""

from typing import Final

UNIQUE_FIELDS: Final = {
    "brand_master_claim_brands_pkey": "masterClaimBrandId",
    "brand_members_pkey": "userId",
    "brand_workflows_pkey": "contentType",
    "brands_name_key": "name",
    "brands_slug_key": "slug",
    "vetting_agencies_brand_id_name_country_code_key": "name",
}
