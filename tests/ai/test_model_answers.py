"""Checks that every answer of a provider ends as a text or as its fault, with a cost that can be true."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ai.providers import CompletionRequest, Fault, ProviderError
from lib.ai.providers.answer_json import MAX_DEPTH, SoundText, is_whole, read_object
from lib.ai.providers.answers import Read, read_answer
from lib.ai.providers.models import ReportedUsage
from lib.ai.providers.response_schema import ResponseSchema, parse_response
from lib.ai.providers.server_events import MAX_LINE_BYTES
from lib.ai.providers.usage import OVERHEAD_TOKENS, charged_usage
from tests.ai.model_answers import CASES, READERS, Mutator, Outcome, Recording, in_pieces, outcome_of, recordings
from tests.support.growth import growth

pytestmark = pytest.mark.anyio

MUTATIONS = 60
"""Mutations of each recording: together some 5,000."""
ANSWERS = json.loads((CASES / "model_json.json").read_text())


class Title(ResponseSchema):
    title: str


REQUEST = CompletionRequest("Brand: Aurora", "Topic: frost", {"type": "object"}, temperature=0.3, max_tokens=400)


def settled(outcome: Outcome) -> str | Fault:
    """Ends a call as the chain does. Returns the title that was read, or the fault."""
    charged = charged_usage(REQUEST, outcome.text, outcome.usage)
    estimated = charged_usage(REQUEST, outcome.text, ReportedUsage())
    assert 0 <= charged.prompt_tokens <= 4 * estimated.prompt_tokens + OVERHEAD_TOKENS
    assert 0 <= charged.completion_tokens <= max(4 * estimated.completion_tokens, 400) + OVERHEAD_TOKENS
    if outcome.text:
        assert min(charged.prompt_tokens, charged.completion_tokens) > 0, "what was read is charged"
    outcome.text.encode()
    if outcome.fault:
        assert "\x00" not in str(outcome.fault)
        assert len(str(outcome.fault)) < 200
    read = read_answer(REQUEST, outcome.text, lambda text: parse_response(Title, text).title, outcome.fault)
    return read.fault if isinstance(read, ProviderError) else read.value


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: f"{recording.form} {recording.name}")
async def test_a_recorded_answer(recording: Recording, size: int) -> None:
    outcome = await outcome_of(recording.reader, in_pieces(recording.body, size))
    assert outcome.text == recording.text
    assert (outcome.fault.fault if outcome.fault else None) == recording.fault
    usage = outcome.usage or ReportedUsage()
    assert usage == recording.usage
    # A text that holds all that was asked for is used, although its end was odd: unless a filter refused it.
    ends = settled(outcome)
    is_whole = recording.text.endswith('"}') and recording.fault is not Fault.REFUSED
    assert isinstance(ends, str) and not isinstance(ends, Fault) if is_whole else isinstance(ends, Fault)


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: f"{recording.form} {recording.name}")
async def test_a_mutated_answer_is_a_text_or_a_fault(recording: Recording) -> None:
    ends: set[str | Fault] = set()
    for seed in range(MUTATIONS):
        mutator = Mutator(seed)
        body = mutator.mutate(recording.body)
        async with asyncio.timeout(20):
            ends.add(settled(await outcome_of(recording.reader, mutator.pieces(body))))
    assert ends


@given(body=st.binary(max_size=2000), form=st.sampled_from(sorted(READERS)), size=st.integers(1, 300))
@settings(max_examples=300, deadline=None)
async def test_any_bytes(body: bytes, form: str, size: int) -> None:
    settled(await outcome_of(READERS[form], in_pieces(body, size)))


_KEYS = ["choices", "delta", "message", "content", "usage", "type", "error", "text", "prompt_tokens", "index"]
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(events=st.lists(_VALUES, max_size=4), form=st.sampled_from(sorted(READERS)))
@settings(max_examples=400, deadline=None)
async def test_any_values(events: list[Any], form: str) -> None:
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events).encode()
    settled(await outcome_of(READERS[form], in_pieces(body, 64)))


async def endless(piece: bytes) -> AsyncIterator[bytes]:
    while True:
        yield piece
        await asyncio.sleep(0)


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize(
    "piece",
    [b"x" * 1000, b"data: x\n" * 100, b"data: " + b"x" * 1000, b"no field\n" * 100, b"\r" + b"y" * 999],
    ids=["a line", "data", "a line of data", "other lines", "lines that end with CR"],
)
async def test_what_has_no_end_is_given_up(form: str, piece: bytes) -> None:
    tracemalloc.start()
    try:
        async with asyncio.timeout(60):
            outcome = await outcome_of(READERS[form], endless(piece))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert outcome.fault is not None
    assert outcome.fault.fault is Fault.MALFORMED
    assert peak < 12 * MAX_LINE_BYTES


@pytest.mark.parametrize("size", [1, 64])
async def test_a_long_line_takes_no_longer_in_small_pieces(size: int) -> None:
    body = b"data: " + b"x" * 1_000_000 + b"\n\n"
    async with asyncio.timeout(30):
        outcome = await outcome_of(READERS["openai"], in_pieces(body, size))
    assert outcome.fault is not None


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: repr(case["answer"])[:50])
def test_the_object_in_an_answer(case: dict[str, Any]) -> None:
    if case["object"] is None:
        with pytest.raises(ValueError, match=r"answer|nested"):
            read_object(case["answer"])
    else:
        assert read_object(case["answer"]) == case["object"]


TOO_DEEP = '{"a":' * (MAX_DEPTH + 2) + "1" + "}" * (MAX_DEPTH + 2)


@pytest.mark.parametrize(
    "answer", ["[" * 20_000, '{"a":' * 20_000, TOO_DEEP, '"' * 99], ids=["[", "{", "deep", "quotes"]
)
def test_an_answer_that_is_nested_too_deeply_is_refused(answer: str) -> None:
    with pytest.raises(ValueError, match=r"answer|nested"):
        read_object(answer)


LONG = (
    ('{"a":"', '\\"'),
    ("```", " "),
    ("```json", "\t"),
    ('{"a": 1}', '{"b": 2}'),
    ('{"a": 1}', '{"'),
    ('{"a": 1,', " "),
)


@pytest.mark.parametrize(("beginning", "more"), LONG, ids=repr)
def test_a_long_answer_takes_time_in_proportion(beginning: str, more: str) -> None:
    def make(size: int) -> Callable[[], object]:
        def read() -> None:
            answer = beginning + more * size
            is_whole(answer)
            with suppress(ValueError):
                read_object(answer)

        return read

    assert growth(make, 4_000, 32_000, rounds=3) < 24, "eight times as long takes eight times as long"


CUT_OFF = ProviderError("longer than the tokens allowed", fault=Fault.MALFORMED)


@pytest.mark.parametrize(
    ("answer", "is_used"),
    [
        ('{"title": "Frost"}', True),
        ('```json\n{"title": "Frost"}\n```', True),
        ('```json\n{"title": "Frost"}', True),
        ('<think>{"title": "Draft"}</think>{"title": "Frost"}', True),
        ('{"title": "Draft"}\nBetter:\n{"title": "Fin', False),
        ('{"title": "Draft"}\nBetter:', False),
        ('```json\n{"title": "Draft"}\n```\nBetter:\n```json\n{"title": "Fin', False),
        ('```json\n{"title": "Draft"}\n```\nBetter:', False),
    ],
)
def test_of_an_answer_with_a_fault_no_draft_is_used(answer: str, is_used: bool) -> None:
    read = read_answer(REQUEST, answer, lambda text: parse_response(Title, text).title, CUT_OFF)
    assert read == (Read("Frost") if is_used else CUT_OFF)


_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
_NAME = st.text(st.characters(codec="ascii", min_codepoint=33))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAME, inner, max_size=3),
    max_leaves=10,
)


@given(
    value=st.dictionaries(_NAME, _JSON, min_size=1, max_size=3),
    around=st.sampled_from(["{}", "```json\n{}\n```", "Sure:\n{}\nBye", "\ufeff {} ", "<think>{{x</think>{}", "[{}]"]),
)
@settings(max_examples=300, deadline=None)
def test_wrapping_changes_nothing_and_a_part_is_none(value: dict[str, Any], around: str) -> None:
    written = json.dumps(value, ensure_ascii=False, indent=1)
    assert read_object(around.format(written)) == value
    with pytest.raises(ValueError, match="answer"):
        read_object(around.split("{}", maxsplit=1)[0].format() + written[:-1].rstrip())


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00")), data=st.data())
@settings(deadline=None)
def test_pairs_that_were_split_come_together(text: str, data: st.DataObject) -> None:
    units = text.encode("utf-16-le", "surrogatepass")
    halves = [units[place : place + 2].decode("utf-16-le", "surrogatepass") for place in range(0, len(units), 2)]
    sound, joined, place = SoundText(), "", 0
    while place < len(halves):
        size = data.draw(st.integers(1, 4))
        joined += sound.feed("".join(halves[place : place + size]))
        joined.encode()
        place += size
    assert joined == text


class Row(ResponseSchema):
    name: str
    count: int
    share: float
    is_sure: bool
    note: str | None
    tags: list[str]


class Rows(ResponseSchema):
    rows: list[Row]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"count": "3", "share": "0.5", "isSure": "true"}, (3, 0.5, True)),
        ({"count": 3.0, "share": 1, "name": 12}, (3, 1.0, True)),
        ({"tags": None, "note": None}, (3, 0.5, True)),
        ({"tags": ["a", None, "b"], "unasked": {"x": 1}}, (3, 0.5, True)),
    ],
)
def test_values_of_another_kind(row: dict[str, Any], expected: tuple[Any, ...]) -> None:
    base = {"name": "x", "count": 3, "share": 0.5, "isSure": True, "note": None, "tags": ["a", "b"]}
    (read,) = parse_response(Rows, json.dumps({"rows": [base | row], "more": 1})).rows
    assert (read.count, read.share, read.is_sure) == expected
    assert read.tags == ([] if row.get("tags", 0) is None else ["a", "b"])


@pytest.mark.parametrize(
    "answer",
    [{"rows": None}, {"rows": [None]}, {}, {"rows": [{"count": "many"}]}, {"rows": "x"}, {"rows": [{"count": 3.5}]}],
)
def test_findings_that_are_missing_are_not_none(answer: dict[str, Any]) -> None:
    """A review whose findings are null has not said that there are none."""
    for row in answer.get("rows") or ():
        if isinstance(row, dict):
            row.update({"name": "x", "share": 0.5, "isSure": True, "note": None, "tags": []})
    with pytest.raises(ProviderError) as raised:
        parse_response(Rows, json.dumps(answer))
    assert raised.value.fault is Fault.MALFORMED


def usage_cases() -> list[tuple[ReportedUsage | None, str, tuple[int, int]]]:
    estimate = charged_usage(REQUEST, "word " * 20, ReportedUsage())
    prompt, written = estimate.prompt_tokens, estimate.completion_tokens
    text = "word " * 20
    return [
        (None, "", (0, 0)),
        (ReportedUsage(), "", (prompt, 0)),
        (None, text, (prompt, written)),
        (ReportedUsage(9, 25), text, (9, 25)),
        (ReportedUsage(9, None), text, (9, written)),
        (ReportedUsage(None, 25), text, (prompt, 25)),
        (ReportedUsage(0, 0), text, (prompt, written)),
        (ReportedUsage(9, 0), "", (9, 0)),
        (ReportedUsage(90_000_000, 90_000_000), text, (prompt, written)),
        (ReportedUsage(9, 400), text, (9, 400)),
    ]


@pytest.mark.parametrize(("reported", "text", "expected"), usage_cases())
def test_tokens_that_are_charged(reported: ReportedUsage | None, text: str, expected: tuple[int, int]) -> None:
    charged = charged_usage(REQUEST, text, reported)
    assert (charged.prompt_tokens, charged.completion_tokens) == expected


@pytest.mark.usefixtures("platform")
async def test_an_error_of_a_parser_is_no_error_of_ours() -> None:
    def broken(text: str) -> str:
        raise RuntimeError(text)

    read = read_answer(REQUEST, "text", broken, None)
    assert isinstance(read, ProviderError)
    assert (read.fault, str(read)) == (Fault.MALFORMED, "the answer cannot be parsed: RuntimeError")
