"""What the stand-in writes: composed from the prompt by rule, so that the same prompt gives the same words."""

import hashlib
import json
import math
import re
from typing import Any

EMBEDDING_DIMENSIONS = 1536

SENTENCES = (
    "{subject} starts with what people already love about {brand}.",
    "Every detail is chosen with care, and you can feel it from the first moment.",
    "It fits into the day quietly and does its work without fuss.",
    "Made for those who look twice and keep what is good.",
)


def _find(pattern: str, text: str, otherwise: str) -> str:
    match = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    return match.group(1).strip() if match else otherwise


def _subject(prompt: str) -> str:
    return _find(r"^(?:topic|subject|product|title)[^:\n]*:\s*(.+)$", prompt, "This story").rstrip(".")[:80]


def _brand(prompt: str) -> str:
    return _find(r"^brand(?: name)?:\s*(.+)$", prompt, "the brand")


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0]


def compose_text(prompt: str, limit: int = 600) -> str:
    subject, brand = _subject(prompt), _brand(prompt)
    return _shorten(" ".join(sentence.format(subject=subject, brand=brand) for sentence in SENTENCES), limit)


def compose_value(name: str, schema: dict[str, Any], prompt: str) -> Any:
    """A value for one property of a JSON schema."""
    kind = schema.get("type", "string")
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        return {key: compose_value(key, value, prompt) for key, value in schema.get("properties", {}).items()}
    if kind == "array":
        return [compose_value(name, schema.get("items", {}), prompt)]
    if kind != "string":
        return {"boolean": True}.get(kind, 1)
    return _compose_string(schema, prompt)


def _compose_string(schema: dict[str, Any], prompt: str) -> str:
    description = str(schema.get("description", "")).lower()
    limit = int(_find(r"at most (\d+) characters", description, str(schema.get("maxLength", 600))))
    if "html" in description:
        return f"<p>{compose_text(prompt, limit - 7)}</p>"
    if limit <= 120:
        return _shorten(f"{_subject(prompt)}, by {_brand(prompt)}", limit)
    return compose_text(prompt, limit)


def compose_answer(prompt: str, response_format: dict[str, Any] | None) -> str:
    """Plain text, or JSON that fits the requested schema."""
    if not response_format or response_format.get("type") == "text":
        return compose_text(prompt)
    schema = response_format.get("json_schema", {}).get("schema", {"type": "object", "properties": {}})
    return json.dumps(compose_value("answer", schema, prompt), ensure_ascii=False)


def split_tokens(text: str) -> list[str]:
    """Pieces of a few characters, as a tokenizer cuts them; joined they give the text again."""
    return re.findall(r"\s*\S{1,5}", text) or ([text] if text else [])


def count_tokens(text: str) -> int:
    return len(split_tokens(text))


def embed(text: str) -> list[float]:
    """A unit vector in which texts that share words lie near each other."""
    vector = [0.0] * EMBEDDING_DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode()).digest()
        vector[int.from_bytes(digest[:4]) % EMBEDDING_DIMENSIONS] += 1.0 if digest[4] % 2 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
