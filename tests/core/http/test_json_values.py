"""Tests that JSON of many values is refused before it is parsed, and that no other JSON is."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.core.http.json_values import MAX_JSON_VALUES, JsonValues, TooManyValues, check_json
from tests.support.errors import assert_problem
from tests.support.world import World

SCALARS = st.none() | st.booleans() | st.integers() | st.text(alphabet='a",\\[{}]:é')
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='a",\\['), inner))


def values_in(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(values_in(item) for item in inner)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES, st.integers(1, 7), st.booleans())
def test_it_counts_what_is_parsed(value: Any, size: int, is_ascii: bool) -> None:
    """In parts of any size. An empty array counts one too many."""
    document = json.dumps(value, ensure_ascii=is_ascii).encode()
    counter = JsonValues()
    for start in range(0, len(document), size):
        counter.add(document[start : start + size])
    counted = counter._count + 1  # pyright: ignore[reportPrivateUsage] - nobody else asks
    assert values_in(value) <= counted <= 2 * values_in(value)


HUGE = {
    "numbers": "[" + "1," * MAX_JSON_VALUES + "1]",
    "objects": "[" + "{}," * MAX_JSON_VALUES + "{}]",
    "keys": "{" + ",".join(f'"{n}":1' for n in range(MAX_JSON_VALUES + 2)) + "}",
    "texts": "[" + '"",' * MAX_JSON_VALUES + '""]',
    "quotes only": '"' * MAX_JSON_VALUES * 5,
}


@pytest.mark.parametrize("name", HUGE)
def test_too_many(name: str) -> None:
    with pytest.raises(TooManyValues):
        check_json(HUGE[name])


@pytest.mark.parametrize(
    "text", ["a,[{" * 200_000, '\\"' * 200_000, "\\\\" * 200_000, "é" * 200_000, "<p>a, b</p>" * 90_000]
)
def test_long_texts_count_once(text: str) -> None:
    check_json(json.dumps({"fields": {"a": text}}))
    check_json(json.dumps([text] * 3, ensure_ascii=False))


@pytest.mark.parametrize("name", [name for name in HUGE if name != "quotes only"])
async def test_over_http(world: World, name: str) -> None:
    brand = await world.brand()
    content = {"Content-Type": "application/json"}
    for path in ("/contents", "/contents/bulk", "/contents/import"):
        answer = await brand.admin.http.post(path, content=HUGE[name].encode(), headers=content)
        problem = assert_problem(answer, 413, "PAYLOAD_TOO_LARGE")
        assert problem["message"] == f"the body may have at most {MAX_JSON_VALUES:,} values"
