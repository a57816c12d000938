"""Hostile values for each type of column and argument, as JSON texts: what a caller of the data API can send.

Texts and not Python objects: `1e5000`, duplicate keys and lone surrogates exist only there.
"""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

type Json = dict[str, Json] | list[Json] | str | int | float | bool | None


class Poison(NamedTuple):
    name: str
    text: str
    """The value as a JSON text."""
    is_refused: bool = True
    """False if the value is allowed where the type of its column allows no more than it: readers must bear it."""


def _plain(name: str, value: Any, *, is_refused: bool = True) -> Poison:
    return Poison(name, json.dumps(value), is_refused)


ID: Final = "01900000-0000-7000-8000-000000000001"
WORDS: Final = " ".join(f"w{number:x}" for number in range(50_000))
DEEP: Final = 2_000

TIMES: Final = (
    _plain("infinity", "infinity"),
    _plain("-infinity", "-infinity"),
    _plain("year 99999", "99999-01-01"),
    _plain("before Christ", "0044-03-15 BC"),
    _plain("year 1899", "1899-12-30"),
    _plain("year 2201", "2201-01-01"),
)
CLOCK_TIMES: Final = (_plain("24 hours", "24:00:00"),)
TEXTS: Final = (
    _plain("600 kB", "a" * 600_000),
    _plain("50,000 words", WORDS, is_refused=False),
    Poison("lone surrogate", r'"a\ud800b"'),
    Poison("NUL", r'"a\u0000b"'),
    _plain("control characters", "a\x01\x07\x1b[31m", is_refused=False),
    _plain("right to left", "\u202egnp.exe\u200b\ufeff\u2066", is_refused=False),
    _plain("javascript URL", "javascript:alert(1)", is_refused=False),
    _plain("formula", '=HYPERLINK("https://evil.test","x")', is_refused=False),
    _plain("__proto__", "__proto__", is_refused=False),
)
INTEGERS: Final = (
    _plain("negative", -1, is_refused=False),
    _plain("largest", 2**31 - 1, is_refused=False),
    _plain("too large", 2**31),
    Poison("1e400", "1e400"),
)
LARGE_INTEGERS: Final = (
    _plain("negative", -1, is_refused=False),
    _plain("largest", 2**63 - 1, is_refused=False),
    _plain("too large", 2**63),
)
NUMBERS: Final = (
    _plain("NaN", "NaN"),
    _plain("Infinity", "Infinity"),
    Poison("1e400", "1e400"),
    Poison("1e131071", "1e131071"),
    Poison("-1e30", "-1e30"),
)
TEXT_LISTS: Final = (
    _plain("null in it", ["ok", None]),
    _plain("only null", [None]),
    _plain("nested", [["a"], ["b"]]),
    _plain("10,000 items", [f"i{number}" for number in range(10_000)]),
    _plain("1 MB item", ["a" * 1_000_000]),
    _plain("number in it", [1], is_refused=False),
    _plain("object in it", [{"a": 1}], is_refused=False),
    _plain("javascript URL", ["javascript:alert(1)"], is_refused=False),
)
ID_LISTS: Final = (
    _plain("null in it", [ID, None]),
    _plain("only null", [None]),
    _plain("nested", [[ID], [ID]]),
    _plain("10,000 items", [ID] * 10_000),
)
ADDRESS_LISTS: Final = (
    _plain("null in it", ["10.0.0.0/8", None]),
    _plain("nested", [["10.0.0.0/8"], ["10.0.0.0/8"]]),
    _plain("10,000 items", ["10.0.0.0/8"] * 10_000),
)
INTEGER_LISTS: Final = (
    _plain("null in it", [1, None]),
    _plain("nested", [[1], [2]]),
    _plain("10,000 items", [1] * 10_000),
)
DOCUMENTS: Final = (
    Poison("objects 2,000 deep", '{"a":' * DEEP + "1" + "}" * DEEP),
    Poison("lists 2,000 deep", '{"a":' + "[" * DEEP + "]" * DEEP + "}"),
    Poison("lists 2,000 deep in a list", "[" * DEEP + "]" * DEEP),
    Poison("1e5000", '{"a":1e5000}'),
    Poison("1e5000 in a list", "[1e5000]"),
    Poison("1e-5000", '{"a":1e-5000}'),
    Poison("0e-16000", '{"a":0e-16000}'),
    _plain("6 MB text", {"a": "b" * 6_000_000}),
    _plain("6 MB text in a list", ["b" * 6_000_000], is_refused=False),
    _plain("200,000 items", {"a": [0] * 200_000}, is_refused=False),
    Poison("lone surrogate", r'{"a":"\ud800"}'),
    Poison("NUL", r'{"a":"\u0000"}'),
    Poison("null", "null", is_refused=False),
    Poison("number", "1", is_refused=False),
    Poison("text", '"x"', is_refused=False),
    Poison("true", "true", is_refused=False),
    Poison("list", "[]", is_refused=False),
    Poison("object", "{}", is_refused=False),
    Poison("list of null", "[null]", is_refused=False),
    Poison("list of a number", "[1]", is_refused=False),
    Poison("list of a list", "[[]]", is_refused=False),
    Poison("list of an object", "[{}]", is_refused=False),
    Poison("negative zero", '{"a":-0.0,"b":-0}', is_refused=False),
    Poison("duplicate keys", '{"a":1,"a":[],"__proto__":{"b":1},"constructor":null}', is_refused=False),
    Poison("long key", '{"' + "k" * 100_000 + '":1}', is_refused=False),
)
BY_TYPE: Final[dict[str, tuple[Poison, ...]]] = {
    "timestamp with time zone": TIMES,
    "date": TIMES,
    "time without time zone": CLOCK_TIMES,
    "text": TEXTS,
    "integer": INTEGERS,
    "smallint": INTEGERS,
    "bigint": LARGE_INTEGERS,
    "numeric": NUMBERS,
    "text[]": TEXT_LISTS,
    "uuid[]": ID_LISTS,
    "integer[]": INTEGER_LISTS,
    "cidr[]": ADDRESS_LISTS,
    "jsonb": DOCUMENTS,
}
WRONG_KINDS: Final[tuple[Json, ...]] = (None, 1, "x", True, [None], {"x": 1})


def values_of(type_name: str) -> tuple[Poison, ...]:
    """Returns the hostile values of a type as PostgreSQL formats it; none for ids, flags and enumerations."""
    return BY_TYPE.get(type_name.split("(", maxsplit=1)[0], ())


def mutated(sample: Json, depth: int = 3) -> Iterator[Json]:
    """Yields a valid document with one part of it replaced by each other kind, removed, doubled or added."""
    yield from WRONG_KINDS
    if depth == 0:
        return
    if isinstance(sample, dict):
        for key, value in sample.items():
            rest = {name: other for name, other in sample.items() if name != key}
            yield rest
            for changed in mutated(value, depth - 1):
                yield {**rest, key: changed}
        yield {**sample, "__proto__": {"unknown": [None]}}
    elif isinstance(sample, list):
        yield [*sample, None]
        for value in sample[:1]:
            yield [value, value]
            for changed in mutated(value, depth - 1):
                yield [changed, *sample[1:]]
