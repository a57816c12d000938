"""Reads the embeddings of an answer in OpenAI's format."""

from array import array
from base64 import b64decode
from collections.abc import Sequence
from typing import Any, Final

from lib.ai.providers.models import Embeddings, ProviderError, ReportedUsage
from lib.ai.providers.sdk_errors import reported_error
from lib.ai.providers.usage import charged_embedding_tokens
from lib.ai.providers.values import count_in, object_in, objects_in

# The database stores numbers of 16 bits, and no larger ones.
_LARGEST: Final = 65_504.0


def embeddings_in(answer: dict[str, Any], texts: Sequence[str], dimensions: int) -> Embeddings:
    """Returns one vector for each of the texts. Raises ProviderError with the tokens to charge.

    Gateways write vectors as numbers although base64 is asked for, and leave out the places where they keep the order.
    """
    if answer.get("error"):
        raise reported_error(answer["error"])
    used = object_in(answer, "usage")
    tokens = charged_embedding_tokens(texts, count_in(used, "prompt_tokens") or count_in(used, "total_tokens"))
    items = objects_in(answer, "data")
    places: list[Any] = [item.get("index") for item in items]
    if places == [None] * len(texts):
        places = list(range(len(texts)))
    vectors = [_vector(item.get("embedding")) for item in items]
    is_whole = all(type(place) is int for place in places) and sorted(places) == list(range(len(texts)))
    if not is_whole or any(len(vector) != dimensions for vector in vectors):
        problem = "the embeddings do not have the requested dimensions"
        raise ProviderError(problem, usage=ReportedUsage(tokens) if items else None)
    return Embeddings([vector for _, vector in sorted(zip(places, vectors, strict=True))], tokens)


def _vector(value: Any) -> list[float]:
    """Returns a vector that can be stored; an empty one for any other value."""
    numbers: list[Any] = value if isinstance(value, list) else []
    if isinstance(value, str):
        try:
            packed = array("f", b64decode(value, validate=True))
        except ValueError:
            return []
        numbers = packed.tolist()
    # A number that is not one (NaN) is not less than anything.
    is_sound = all(type(number) in (int, float) and abs(number) <= _LARGEST for number in numbers)
    return [float(number) for number in numbers] if is_sound else []
