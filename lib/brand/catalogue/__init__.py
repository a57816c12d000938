"""Lists to choose from: countries, languages and types of content."""

from lib.brand.catalogue.models import ContentTypeListed, Country, Language
from lib.brand.catalogue.service import list_content_types, list_countries, list_languages

__all__ = [
    "ContentTypeListed",
    "Country",
    "Language",
    "list_content_types",
    "list_countries",
    "list_languages",
]
