"""Recorded answers of providers (tests/cases/model_answers), and ways in which they change on the wire."""

import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final

from lib.ai.providers import Delta, Fault, ProviderError
from lib.ai.providers.anthropic_format import message_deltas
from lib.ai.providers.models import ReportedUsage
from lib.ai.providers.openai_format import chat_deltas
from local.stack.settings import ROOT

CASES: Final = ROOT / "tests" / "cases"
READERS: Final = {"openai": chat_deltas, "anthropic": message_deltas}

type Reader = Callable[[AsyncIterator[bytes]], AsyncGenerator[Delta]]


@dataclass(frozen=True, slots=True)
class Recording:
    """An answer as it came over the wire, and what is read of it: a text, a fault, or both."""

    form: str
    name: str
    body: bytes
    text: str
    fault: Fault | None
    usage: ReportedUsage

    @property
    def reader(self) -> Reader:
        return READERS[self.form]


def recordings() -> list[Recording]:
    found: list[Recording] = []
    for form in READERS:
        for case in json.loads((CASES / "model_answers" / f"{form}.json").read_text()):
            fault = Fault(case["fault"]) if "fault" in case else None
            usage = ReportedUsage(case.get("prompt"), case.get("completion"))
            body = "\n".join(case["lines"]).encode()
            found.append(Recording(form, case["name"], body, case.get("text", ""), fault, usage))
    return found


@dataclass(slots=True)
class Outcome:
    text: str = ""
    usage: ReportedUsage | None = None
    fault: ProviderError | None = None


async def in_pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def outcome_of(reader: Reader, pieces: AsyncIterator[bytes]) -> Outcome:
    """Reads an answer as the chain does. Lets every exception through that is no fault of a provider."""
    outcome = Outcome()
    try:
        async for delta in reader(pieces):
            outcome.text += delta.text
            outcome.usage = delta.usage or outcome.usage
    except ProviderError as error:
        outcome.fault = error
        outcome.usage = error.usage or outcome.usage
    return outcome


# Values where another kind is expected.
ODD_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 7, 10**30, -(10**30), 0.5, 1e308, "", "x", "\x00", "\ud83d", "null", "7" * 5000),
    *([], {}, [None], [[]], [{}], {"text": None}, {"type": "text", "text": 5}, [{"type": "text", "text": "part"}]),
)


class Mutator:
    """Changes answers at random, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._ways = (
            *(self._replace_value, self._replace_value, self._drop_key, self._turn_round, self._repeat_line),
            *(self._drop_line, self._cut, self._flip, self._insert, self._line_ends),
        )

    def mutate(self, body: bytes) -> bytes:
        for _ in range(self._chance.randint(1, 4)):
            body = self._chance.choice(self._ways)(body)
        return body

    def pieces(self, body: bytes) -> AsyncIterator[bytes]:
        return in_pieces(body, self._chance.choice((1, 2, 3, 16, 100, 1000, 100_000)))

    def _with_event(self, body: bytes, change: Callable[[Any], Any]) -> bytes:
        lines = body.split(b"\n")
        places = [place for place, line in enumerate(lines) if line.startswith(b"data: {")]
        if not places:
            return body
        place = self._chance.choice(places)
        try:
            event = json.loads(lines[place][6:])
        except ValueError:
            return body
        lines[place] = b"data: " + json.dumps(change(event)).encode()
        return b"\n".join(lines)

    def _somewhere(self, value: Any) -> tuple[Any, Any] | None:
        """Returns a container at random inside a value, with one of its keys."""
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return None
        key = self._chance.choice(keys)
        inner = value[key]
        deeper = self._somewhere(inner) if isinstance(inner, dict | list) and self._chance.random() < 0.8 else None
        return deeper or (value, key)

    def _replace_value(self, body: bytes) -> bytes:
        def change(event: Any) -> Any:
            place = self._somewhere(event)
            if place is None:
                return self._chance.choice(ODD_VALUES)
            place[0][place[1]] = self._chance.choice(ODD_VALUES)
            return event

        return self._with_event(body, change)

    def _drop_key(self, body: bytes) -> bytes:
        def change(event: Any) -> Any:
            if (place := self._somewhere(event)) is not None:
                del place[0][place[1]]
            return event

        return self._with_event(body, change)

    def _turn_round(self, body: bytes) -> bytes:
        lines = body.split(b"\n")
        first, second = (self._chance.randrange(len(lines)) for _ in range(2))
        lines[first], lines[second] = lines[second], lines[first]
        return b"\n".join(lines)

    def _repeat_line(self, body: bytes) -> bytes:
        lines = body.split(b"\n")
        place = self._chance.randrange(len(lines))
        return b"\n".join([*lines[: place + 1], *lines[place:]])

    def _drop_line(self, body: bytes) -> bytes:
        lines = body.split(b"\n")
        del lines[self._chance.randrange(len(lines))]
        return b"\n".join(lines)

    def _cut(self, body: bytes) -> bytes:
        return body[: self._chance.randrange(len(body) + 1)]

    def _flip(self, body: bytes) -> bytes:
        if not body:
            return body
        place = self._chance.randrange(len(body))
        return body[:place] + bytes([self._chance.randrange(256)]) + body[place + 1 :]

    def _insert(self, body: bytes) -> bytes:
        odd = (b"\xef\xbb\xbf", b"\xff", b"\x00", b"data: ", b"\n\n", b": comment\n", b"[DONE]", b"x" * 5000, b"data")
        place = self._chance.randrange(len(body) + 1)
        return body[:place] + self._chance.choice(odd) + body[place:]

    def _line_ends(self, body: bytes) -> bytes:
        return body.replace(b"\n", self._chance.choice((b"\r\n", b"\r", b"\n\n", b"\n")))
