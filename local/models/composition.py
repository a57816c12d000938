"""Composes the stand-in's answers from the prompt by rules, so that the same prompt gives the same words."""

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
# Words that fill a text up to a required length.
FILLER = re.findall(
    r"\w+",
    """
    calm morning light falls on what was made with care and stays for those who take their time to look again at the
    small things that others pass by without a second glance
    """,
)


def _find(pattern: str, text: str, otherwise: str) -> str:
    match = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    return match.group(1).strip() if match else otherwise


def _subject(prompt: str) -> str:
    found = _find(r"^(?:topic|subject|product|title)[^:\n]*:\s*(.+)$", prompt, "This story")
    return re.sub(r"</?data>", "", found).rstrip(".")[:80]


def _brand(prompt: str) -> str:
    return _find(r"^brand(?: name)?:\s*(.+)$", prompt, "the brand")


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0]


def compose_text(prompt: str, limit: int = 600) -> str:
    subject, brand = _subject(prompt), _brand(prompt)
    return _shorten(" ".join(sentence.format(subject=subject, brand=brand) for sentence in SENTENCES), limit)


def _filled(start: str, least: int, most: int, number: int) -> str:
    """Returns a text of the given length in characters; each number gives another text."""
    text = f"{start} {number}" if number else start
    index = number
    while len(text) < least:
        text += " " + FILLER[index % len(FILLER)]
        index += 1
    text = _shorten(text, most)
    return text + "." * max(0, least - len(text))


def _words(start: str, count: int) -> str:
    words = start.split()
    while len(words) < count:
        words.append(FILLER[len(words) % len(FILLER)])
    return " ".join(words[:count])


def _variants(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of the value other than null."""
    options: list[dict[str, Any]] = schema.get("anyOf", [])
    chosen = next((option for option in options if option.get("type") != "null"), {})
    return {**schema, **chosen} if options else schema


def compose_value(name: str, schema: dict[str, Any], prompt: str, number: int = 0) -> Any:
    """Returns a value for one property of a JSON schema, within the bounds that its description states."""
    schema = _variants(schema)
    kind = schema.get("type", "string")
    description = str(schema.get("description", "")).lower()
    if "enum" in schema:
        return schema["enum"][number % len(schema["enum"])]
    if kind == "object":
        properties: dict[str, Any] = schema.get("properties", {})
        return {key: compose_value(key, value, prompt, number) for key, value in properties.items()}
    if kind == "array":
        return _compose_list(name, schema, prompt, description)
    if kind == "number":
        return 90.0 if "from 0 to 100" in description else 0.9
    if kind != "string":
        return {"boolean": True}.get(kind, 1)
    return _compose_string(name, description, schema, prompt, number)


def _compose_list(name: str, schema: dict[str, Any], prompt: str, description: str) -> list[Any]:
    items: dict[str, Any] = dict(schema.get("items", {}))
    if "may be empty" in description and "[[violation]]" not in prompt:
        return []
    if items.get("type") == "string" and "description" not in items:
        items["description"] = description.split("each ", 1)[-1] if "each " in description else "a phrase"
    ids: list[str] = items.get("properties", {}).get("id", {}).get("enum", [])
    count = len(ids) or int(_find(r"(\d+) items", description, "1"))
    return [compose_value(name, items, prompt, number) for number in range(count)]


def _reworded(prompt: str, description: str, number: int) -> str:
    """Words the claim of a prompt in another way, and keeps what it says."""
    limit = int(_find(r"at most (\d+) characters", description, "300"))
    claim = _find(r"^The claim:\n<data>\n(.+)$", prompt, "The claim")
    return _shorten(f"{FILLER[number % len(FILLER)].title()}: {claim}", limit)


def _named(name: str, description: str, prompt: str, number: int) -> str | None:
    """Returns a value that the name of a property demands."""
    if "the claim in other words" in description:
        return _reworded(prompt, description, number)
    phrase = f"{FILLER[number % len(FILLER)]} {FILLER[(number + 7) % len(FILLER)]}"
    known = {
        "status": "allowed",
        "quote": _find(r"\[\[violation\]\] (\w+)", prompt, "violation"),
        "primaryColor": "#1A7F64",
        "detectedLanguage": "en",
    }
    return phrase if description == "a phrase" else known.get(name)


def _compose_string(name: str, description: str, schema: dict[str, Any], prompt: str, number: int) -> str:
    named = _named(name, description, prompt, number)
    if named is not None:
        return named
    if words := re.search(r"(\d+) to (\d+) words", description):
        return _words(f"{_brand(prompt)} is a brand that knows what it does.", int(words[1]) + 5)
    if bounds := re.search(r"(\d+) to (\d+) characters", description):
        least, most = int(bounds[1]), int(bounds[2])
        return _filled(_shorten(_subject(prompt), least), least, most, number)
    limit = int(_find(r"at most (\d+) characters", description, str(schema.get("maxLength", 600))))
    if "html" in description:
        return f"<p>{compose_text(prompt, limit - 7)}</p>"
    if limit <= 120:
        start = f"{_subject(prompt)}, by {_brand(prompt)}"
        return _shorten(f"{number + 1}. {start}" if number else start, limit)
    text = compose_text(prompt, limit)
    return _shorten(f"{number + 1}. {text}", limit) if number else text


def lengthen(value: Any) -> Any:
    """Makes every text three times as long as requested."""
    if isinstance(value, str):
        inner = value.removeprefix("<p>").removesuffix("</p>")
        longer = " ".join([inner, *FILLER, *FILLER, inner])
        return f"<p>{longer}</p>" if inner != value else longer
    if isinstance(value, dict):
        return {key: lengthen(item) for key, item in value.items()}
    return [lengthen(item) for item in value] if isinstance(value, list) else value


def _fill(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return text
    if isinstance(value, dict):
        return {key: _fill(item, text) for key, item in value.items()}
    return [_fill(item, text) for item in value] if isinstance(value, list) else value


def _without_numbers(value: Any) -> Any:
    """Drops the numbers from every text, as a careless writer does."""
    if isinstance(value, str):
        return re.sub(r"\d+%?", "some", value)
    if isinstance(value, dict):
        return {key: _without_numbers(item) for key, item in value.items()}
    return [_without_numbers(item) for item in value] if isinstance(value, list) else value


# A gullible model: every instruction that is not inside the marks of data is followed.
_ORDERS = re.compile(
    r"ignore (?:all|any|the|every)[^.\n]*instructions|(?:print|repeat|reveal) (?:the|your) system", re.IGNORECASE
)


def _is_ordered_otherwise(prompt: str) -> bool:
    return _ORDERS.search(re.sub(r"<(data|wishes)>.*?</\1>", "", prompt, flags=re.DOTALL)) is not None


def compose_answer(prompt: str, schema: dict[str, Any] | None, faults: set[str]) -> str:
    """Composes plain text, or JSON that fits the requested schema."""
    if schema is None:
        return compose_text(prompt)
    value = compose_value("answer", schema, prompt)
    if "toolong" in faults or ("long" in faults and "You answered:" not in prompt):
        value = lengthen(value)
    if "lossy" in faults or ("forgetful" in faults and "You answered:" not in prompt):
        value = _without_numbers(value)
    if "leak" in faults or _is_ordered_otherwise(prompt):
        value = _fill(value, prompt)
    if "schema" in faults:
        value = {"something": value}
    return json.dumps(value, ensure_ascii=False)


def split_tokens(text: str) -> list[str]:
    """Splits a text into pieces of a few characters, as a tokenizer does; joined, they give the text."""
    return re.findall(r"\s*\S{1,5}", text) or ([text] if text else [])


def count_tokens(text: str) -> int:
    return len(split_tokens(text))


def embed(text: str, dimensions: int = EMBEDDING_DIMENSIONS) -> list[float]:
    """Returns a unit vector; texts that share words get similar vectors."""
    vector = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode()).digest()
        vector[int.from_bytes(digest[:4]) % dimensions] += 1.0 if digest[4] % 2 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
