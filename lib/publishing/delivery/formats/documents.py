"""One content as Markdown and as JSON-LD, and a brand for language models (https://llmstxt.org)."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from lib.core.texts import cut
from lib.publishing.delivery.addresses import (
    address_of_content,
    as_uri,
    own_address,
    site_address,
    website_address,
)
from lib.publishing.delivery.formats import markdown, texts
from lib.publishing.delivery.models import Delivered, DeliveredHead, DeliveringBrand
from lib.publishing.delivery.provenance import SCHEMA

# YAML takes JSON's strings, but not every character in them that JSON does.
_NOT_IN_YAML: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Within `<script>`, no JSON ends the element or begins a comment.
_NOT_IN_SCRIPT: Final = re.compile(r"[<>&\u2028\u2029]")
_MAX_LINE: Final = 300
# Content types of their own, beside those of schema.org (lib/brand/catalogue).
_TYPES: Final = {"article": "Article", "blog_post": "BlogPosting", "social_media": "SocialMediaPosting"}
_PRODUCTS: Final = frozenset({"product_description", "owned_pdp", "retailer_pdp", "product"})
_FAQS: Final = frozenset({"faq", "faqs", "faq_page"})
_INGREDIENTS: Final = ("ingredients", "recipe_ingredients", "recipeIngredient")
_STEPS: Final = ("instructions", "steps", "method", "recipeInstructions")


def _as_unicode(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def scalar(value: Any) -> str:
    """Returns a text, a list of texts or another JSON value as YAML."""
    return _NOT_IN_YAML.sub(_as_unicode, json.dumps(value, ensure_ascii=False))


def _front_matter(brand: DeliveringBrand, content: Delivered) -> str:
    provenance = content.provenance
    values: dict[str, Any] = {
        "title": content.title,
        "description": texts.plain(content.metadata.get("metaDescription") or content.excerpt) or None,
        "canonical": address_of_content(brand, content),
        "publisher": brand.name,
        "language": brand.language,
        "type": content.type,
        "published": content.published_at.isoformat(),
        "updated": content.updated_at.isoformat(),
        "expires": content.expires_at.isoformat() if content.expires_at else None,
        "tags": content.tags or None,
        "categories": content.categories or None,
    }
    marks: dict[str, Any] = {
        "ai_assisted": provenance.ai_assisted,
        "digital_source_type": provenance.digital_source_type,
        "human_reviewed": provenance.human_reviewed,
        "fields": [field.name for field in provenance.fields] or None,
        "systems": provenance.system_names or None,
    }
    lines = [f"{name}: {scalar(value)}" for name, value in values.items() if value is not None]
    lines += ["provenance:", *(f"  {name}: {scalar(value)}" for name, value in marks.items() if value is not None)]
    return "\n".join(["---", *lines, "---"])


def as_markdown(brand: DeliveringBrand, content: Delivered) -> str:
    """Returns a content as Markdown with front matter."""
    parts = [_front_matter(brand, content), f"# {markdown.escape(content.title)}", texts.as_markdown(content)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _first(content: Delivered, names: Sequence[str]) -> list[str]:
    """Returns the lines of the first of these fields that has any."""
    return next(filter(None, (texts.lines_of(content.fields.get(name)) for name in names)), [])


def _questions(content: Delivered) -> list[dict[str, Any]]:
    return [
        {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
        for value in content.fields.values()
        for question, answer in texts.questions_in(value)
    ]


def _publisher(brand: DeliveringBrand) -> dict[str, Any]:
    publisher: dict[str, Any] = {"@type": "Organization", "name": brand.name, "url": brand.site_url}
    if brand.logo and brand.logo.startswith("https://"):
        publisher["logo"] = {"@type": "ImageObject", "url": as_uri(brand.logo)}
    return publisher


def _of_type(brand: DeliveringBrand, content: Delivered, about: dict[str, Any]) -> dict[str, Any]:
    """Returns the type of a content, and what only this type has."""
    questions = _questions(content)
    if content.type in _FAQS and questions:
        return {"@type": "FAQPage", "mainEntity": questions}
    steps = _first(content, _STEPS)
    ingredients = _first(content, _INGREDIENTS)
    if content.type == "recipe" and (steps or ingredients):
        instructions = [{"@type": "HowToStep", "text": step} for step in steps]
        return {"@type": "Recipe", "recipeIngredient": ingredients, "recipeInstructions": instructions}
    if content.type in _PRODUCTS:
        # A product is no creative work: facts about the text belong to the page.
        product = about | {"@type": "Product", "brand": {"@type": "Brand", "name": brand.name}}
        return {"@type": "WebPage", "mainEntity": {name: value for name, value in product.items() if value}}
    kind = _TYPES.get(content.type, "Article")
    article = {"@type": kind, "headline": content.title, "articleBody": texts.as_text(content)}
    return article | ({"hasPart": {"@type": "FAQPage", "mainEntity": questions}} if questions else {})


def _keywords(content: Delivered) -> list[str]:
    given = content.metadata.get("keywords")
    return [*dict.fromkeys([*content.tags, *(map(texts.plain, given) if isinstance(given, list) else ())])]


def as_json_ld(brand: DeliveringBrand, content: Delivered) -> str:
    """Returns a content in the words of schema.org, such that it may stand within `<script>`."""
    address = address_of_content(brand, content)
    image = content.metadata.get("ogImage")
    about: dict[str, Any] = {
        "name": content.title,
        "description": texts.plain(content.metadata.get("metaDescription") or content.excerpt),
        "image": as_uri(image) if isinstance(image, str) else None,
        "url": address,
    }
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": f"urn:uuid:{content.id}",
        **about,
        **_of_type(brand, content, about),
        "mainEntityOfPage": website_address(brand, content),
        "inLanguage": brand.language,
        "datePublished": content.published_at.isoformat(),
        "dateModified": max(content.updated_at, content.published_at).isoformat(),
        "expires": content.expires_at.isoformat() if content.expires_at else None,
        "keywords": _keywords(content),
        "articleSection": content.categories if content.type in _TYPES else None,
        "creativeWorkStatus": "Published",
        "digitalSourceType": SCHEMA.get(content.provenance.digital_source_type or ""),
        "publisher": {name: value for name, value in _publisher(brand).items() if value},
    }
    given = {name: value for name, value in document.items() if value not in (None, "", [])}
    return _NOT_IN_SCRIPT.sub(_as_unicode, json.dumps(given, ensure_ascii=False, separators=(",", ":")))


def _beginning(brand: DeliveringBrand) -> list[str]:
    return [
        f"# {markdown.escape(brand.name)}",
        f"> What {markdown.escape(brand.name)} has published, newest first.",
    ]


def llms_text(brand: DeliveringBrand, contents: Sequence[DeliveredHead], *, is_cut: bool) -> str:
    """Returns the llms.txt of a brand: a link for each content, by type."""
    parts = _beginning(brand)
    by_type: dict[str, list[str]] = {}
    for content in contents:
        about = cut(texts.plain(content.metadata.get("metaDescription") or content.excerpt), _MAX_LINE)
        line = f"- {markdown.link(content.title, own_address(brand, f'contents/{content.slug}.md'))}"
        by_type.setdefault(content.type, []).append(f"{line}: {markdown.escape(about)}" if about else line)
    for name, lines in by_type.items():
        parts += [f"## {markdown.escape(name.replace('_', ' ').capitalize())}", "\n".join(lines)]
    more = [markdown.link("Website", site_address(brand))] if brand.site_url else []
    more += [
        markdown.link("Full texts", own_address(brand, "llms-full.txt")),
        markdown.link("Sitemap", own_address(brand, "sitemap.xml")),
        markdown.link("Feed", own_address(brand, "feed.json")),
    ]
    if is_cut:
        parts.append("There is more than is listed here: the sitemap has all of it.")
    return "\n\n".join([*parts, "## Optional", "\n".join(f"- {line}" for line in more)]) + "\n"


def llms_full_text(brand: DeliveringBrand, contents: Sequence[Delivered], *, is_cut: bool) -> str:
    """Returns the texts of a brand as one Markdown document."""
    parts = _beginning(brand)
    for content in contents:
        facts = [f"Source: <{address_of_content(brand, content)}>", f"Published: {content.published_at:%Y-%m-%d}"]
        if content.provenance.ai_assisted:
            facts.append(f"Digital source type: <{content.provenance.digital_source_type}>")
        parts += [f"## {markdown.escape(content.title)}", "\\\n".join(facts), texts.as_markdown(content, level=3)]
    if is_cut:
        parts.append("There is more than is given here: the sitemap has all of it.")
    return "\n\n".join(part for part in parts if part) + "\n"
