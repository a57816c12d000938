"""Fills the placeholders in the prompts of a template's fields, in one pass (domain §4).

Values are not expanded again: a user who types ``{{brand.guardrails}}`` gets these characters. Values from users are
inserted as `<data>` elements, because the prompt around them is an instruction.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from lib.ai.models import BrandContext, GenerationContext, TemplateContext
from lib.ai.prompts.rendering import as_data
from lib.core.html_text import text_of_html

_PLACEHOLDER: Final = re.compile(r"\{\{([^{}]{1,120})\}\}")
# A shorter prompt gets a generic instruction appended (domain §4).
_MIN_WORDS: Final = 3
_GENERIC: Final = "Write it for {brand}, in its voice."


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _brand_values(brand: BrandContext) -> dict[str, str]:
    identity = "; ".join(f"{key}: {_shown(value)}" for key, value in brand.identity.items())
    values = {
        "brand.name": brand.name,
        "brand.identity": identity,
        "brand.summary": identity,
        "brand.tone_of_voice": brand.tone_of_voice,
        "brand.guardrails": "; ".join(brand.guardrails),
        "brand.language": brand.language or "",
        "brand.country": brand.country or "",
        "brand": json.dumps(
            {"name": brand.name, "identity": brand.identity, "toneOfVoice": brand.tone_of_voice}, ensure_ascii=False
        ),
    }
    aliases = {
        "Brand Name": "brand.name",
        "Brand Identity": "brand.identity",
        "Tone of Voice": "brand.tone_of_voice",
        "Guardrails": "brand.guardrails",
        "Brand Language": "brand.language",
        "Brand Country": "brand.country",
    }
    return {name: as_data(value) for name, value in values.items()} | {
        alias: as_data(values[name]) for alias, name in aliases.items()
    }


def _fenced(value: str) -> str:
    return f"<data>{as_data(value)}</data>"


def placeholders(context: GenerationContext, values: Mapping[str, Any], *, is_single: bool) -> dict[str, str]:
    """Returns the replacement of every known placeholder.

    ``is_single``: one field is written, and an empty input is replaced by nothing; otherwise by its name in brackets.
    """
    known = _brand_values(context.brand)
    template: TemplateContext | None = context.template
    for field in template.input_fields if template else []:
        shown = _shown(values.get(field.id))
        known[field.id] = known[field.name] = (
            _fenced(shown) if shown else "" if is_single else f"[{as_data(field.name)}]"
        )
    for field in template.all_outputs if template else []:
        shown = _shown(values.get(field.id))
        plain = text_of_html(shown) if field.is_html else shown
        for name in (field.id, field.name):
            known[name] = known[f"{name}_html"] = _fenced(shown) if shown else ""
            known[f"{name}_plain"] = _fenced(plain) if plain else ""
    if context.product:
        known["Product Name"] = _fenced(context.product.name)
        known["Rules"] = "Obey the supplied claims."
    else:
        known["Product Name"] = ""
        known["Rules"] = "Say nothing of the brand that is not given here."
    return known


def interpolate(prompt: str, known: Mapping[str, str], *, brand: str) -> str:
    """Replaces the placeholders of a prompt; unknown ones stay as they are."""
    text = _PLACEHOLDER.sub(lambda found: known.get(found[1].strip(), found[0]), prompt).strip()
    if len(text.split()) < _MIN_WORDS:
        text = f"{text} {_GENERIC.format(brand=as_data(brand))}".strip()
    return text
