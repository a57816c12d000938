"""Renders the prompt of ``generate_content`` and the schema of its answer."""

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lib.ai.models import GenerateRequest, GenerationContext, OutputField
from lib.ai.providers import Completion

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

PROMPT_VERSION: Final = "generate_content.v1"
HTML_TYPES: Final = ("html", "rich_text")
_FENCE: Final = re.compile(r"<\s*/?\s*(?:data|wishes)\b[^<>]*>", re.IGNORECASE)


@lru_cache(maxsize=1)
def _environment() -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    folder = Path(__file__).parent / "prompts"
    # Not HTML, so nothing is to be escaped; templates are ours, and values are never templates.
    return SandboxedEnvironment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=False)


def _as_data(value: Any) -> str:
    """Text from a person, without the marks that would end the fence around it."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    while _FENCE.search(text):  # again: taking one away may put another together
        text = _FENCE.sub("", text)
    return text


def _property(field: OutputField) -> dict[str, Any]:
    kind = "HTML" if field.type in HTML_TYPES else "plain text"
    limit = f", at most {field.max_length} characters" if field.max_length else ""
    return {"type": "string", "description": f"{field.name}: {kind}{limit}"}


def build_completion(request: GenerateRequest, context: GenerationContext) -> Completion:
    """Temperature, top_p and the bound of tokens are those of domain §7."""
    known = context.values
    inputs = [
        {"name": field.name, "value": _as_data(known[field.id])}
        for field in context.input_fields
        if known.get(field.id) not in (None, "", [])
    ]
    fields = [
        field.model_dump() | {"kind": "HTML" if field.type in HTML_TYPES else "plain text"}
        for field in context.output_fields
    ]
    environment = _environment()
    system = environment.get_template(f"{PROMPT_VERSION}.system.j2").render(
        brand=context.brand,
        language=context.brand.get("language") or "en",
        country=context.brand.get("country") or "US",
    )
    prompt = environment.get_template(f"{PROMPT_VERSION}.user.j2").render(
        template_name=context.template_name,
        title=_as_data(context.title),
        inputs=inputs,
        fields=fields,
        length=request.length,
        tone=request.tone,
        include_keywords=[_as_data(keyword) for keyword in request.include_keywords],
        avoid_terms=[_as_data(term) for term in request.avoid_terms],
        instructions=_as_data(request.instructions),
    )
    return Completion(
        system=system,
        prompt=prompt,
        schema={
            "type": "object",
            "properties": {field.id: _property(field) for field in context.output_fields},
            "required": [field.id for field in context.output_fields],
            "additionalProperties": False,
        },
        temperature=0.3,
        top_p=0.9,
        max_tokens=min(4000, 400 + 400 * len(context.output_fields)),
    )
