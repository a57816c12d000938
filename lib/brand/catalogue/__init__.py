"""Lists to choose from: countries, languages and types of content."""

from lib.brand.catalogue.models import ContentTypeListed, CountryListed, LanguageListed
from lib.brand.catalogue.service import list_content_types, list_countries, list_languages

__all__ = [
    "ContentTypeListed",
    "CountryListed",
    "LanguageListed",
    "list_content_types",
    "list_countries",
    "list_languages",
]
