"""Lists the values that forms offer: countries, languages and types of content."""

import time
from typing import Any, Final
from uuid import UUID

from lib.brand.catalogue import repository
from lib.brand.catalogue.models import ContentTypeListed, CountryListed, LanguageListed
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_rows
from lib.core.language_names import LANGUAGE_NAMES

# Domain §1, in the order in which a page offers them.
STANDARD_TYPES: Final = {
    "article": "Article",
    "blog_post": "Blog post",
    "product_description": "Product description",
    "owned_pdp": "Product page (own shop)",
    "retailer_pdp": "Product page (retailer)",
    "social_media": "Social media post",
    "email_campaign": "E-mail campaign",
}
EVERY_TYPE: Final = "*"
# The platform's admins change countries once in years, and every page that has a form asks for them.
COUNTRIES_SECONDS: Final = 600.0

_countries: dict[str, tuple[float, list[CountryListed]]] = {}


async def list_countries(principal: Principal) -> list[CountryListed]:
    """Lists the active countries by name. Each instance asks the database every ten minutes.

    Raises Unauthorized if the database is asked in a session that has ended or has not passed the second factor.
    """
    known = _countries.get("all")
    if known is None or time.monotonic() - known[0] > COUNTRIES_SECONDS:
        rows = await repository.fetch_countries(principal.db)
        known = _countries["all"] = (time.monotonic(), read_rows(CountryListed, rows))
    return known[1]


def list_languages() -> list[LanguageListed]:
    """Lists the languages of ISO 639-1 by their English name."""
    named = [
        LanguageListed(code=code, name=name, native_name=native) for code, (name, native) in LANGUAGE_NAMES.items()
    ]
    return sorted(named, key=lambda language: language.name)


def _listed(content_type: str, found: dict[str, Any]) -> ContentTypeListed:
    return ContentTypeListed(
        type=content_type,
        name=STANDARD_TYPES.get(content_type) or content_type.replace("_", " ").strip().capitalize(),
        is_standard=content_type in STANDARD_TYPES,
        templates=found["templates"].get(content_type, 0),
        workflow=found["workflows"].get(content_type) or found["workflows"].get(EVERY_TYPE),
    )


async def list_content_types(principal: Principal, *, brand_id: UUID | None) -> list[ContentTypeListed]:
    """Lists the types of content that a brand, or any brand of the caller, allows (domain §1).

    A brand whose `allowedContentTypes` is empty allows every type: the standard ones and those of its templates are
    listed. Raises NotFound for strangers to the brand.
    """
    found = await repository.fetch_content_types(principal.db, brand_id=brand_id)
    allowed = set(found["allowed"])
    if not found["restricted"]:
        allowed |= {*STANDARD_TYPES, *found["templates"]}
    order = [*(name for name in STANDARD_TYPES if name in allowed), *sorted(allowed - STANDARD_TYPES.keys())]
    return [_listed(content_type, found) for content_type in order]
