"""Follows a generation: its stages, its text for the person who asked for it, and its record at the end."""

import time
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from lib.ai import Generation, Piece, TextReader, get_generation
from lib.core.auth.principal import Principal
from lib.core.http.errors import NotFound
from lib.graph.subscriptions.ears import PLACE, Ear
from lib.graph.subscriptions.limits import LOOK_SECONDS_OF_KEY, TEXT_SECONDS
from lib.graph.subscriptions.sources import anew, require_session, topics_of
from lib.graph.subscriptions.upstream import listening
from lib.graph.subscriptions.values import Leading

# The properties of a message about a generation.
_TOLD: Final = ("stage", "field", "characters", "provider")
# The stages that come with the text too.
_WITH_TEXT: Final = ("writing", "restarted")


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A text to append."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress(Leading):
    """How far a generation is."""

    request_id: UUID
    stage: Literal["writing", "restarted", "correcting", "checking", "done"]
    field: str | None = None
    characters: int | None = None
    provider: str | None = None
    deltas: tuple[TextDelta, ...] = ()
    generation: Generation | None = None

    def leads_on(self) -> bool:
        """Tells whether its fields lead to other objects."""
        return self.generation is not None


class _Text:
    """The text of a generation, for the person who asked for it."""

    def __init__(self, generation_id: UUID) -> None:
        self._id = generation_id
        self._reader = TextReader(generation_id)
        self._characters = 0
        self.has_come = False

    async def read(self) -> list[Progress]:
        """Returns what came since the last call."""
        return list(self._progress_of(await self._reader.read()))

    def _progress_of(self, pieces: list[Piece]) -> Iterator[Progress]:
        deltas: list[TextDelta] = []
        for piece in pieces:
            self.has_come = True
            if piece.field is not None:
                deltas.append(TextDelta(piece.field, piece.text))
                continue
            yield from self._written(deltas)
            deltas, self._characters = [], 0
            yield Progress(self._id, "restarted", provider=piece.text)
        yield from self._written(deltas)

    def _written(self, deltas: list[TextDelta]) -> Iterator[Progress]:
        if deltas:
            self._characters += sum(len(each.text) for each in deltas)
            yield Progress(
                self._id, "writing", field=deltas[-1].field, characters=self._characters, deltas=tuple(deltas)
            )


async def follow_generation(principal: Principal, *, generation_id: UUID) -> AsyncGenerator[Progress]:
    """Gives how far a generation is, and ends with its record. Raises NotFound."""
    topics = topics_of(principal, f"ai:{generation_id}")
    PLACE.get().last = str(generation_id)
    text: _Text | None = None
    async with listening(principal.access_token, *topics) as ear:
        while True:
            generation = await _read(principal, generation_id)
            if text is None and generation.user is not None and generation.user.id == principal.user_id:
                text = _Text(generation_id)
            look_at = time.monotonic() + (LOOK_SECONDS_OF_KEY if ear.live.issuperset(topics) else 1.0)
            is_heard = False
            while not is_heard:
                for progress in await text.read() if text else ():
                    yield progress
                if generation.status != "pending":
                    yield Progress(generation_id, "done", generation=generation)
                    return
                left = look_at - time.monotonic()
                if left <= 0:
                    break
                is_heard = await ear.wait(min(left, TEXT_SECONDS) if text else left)
                for progress in _heard(ear, generation_id):
                    if text is None or not text.has_come or progress.stage not in _WITH_TEXT:
                        yield progress


def _heard(ear: Ear, generation_id: UUID) -> Iterator[Progress]:
    while ear.messages:
        message = ear.messages.popleft()
        if message.get("type") == "AIGenerationProgress":
            told: dict[str, Any] = message.get("data") or {}
            yield Progress(generation_id, **{name: told[name] for name in _TOLD if name in told})


async def _read(principal: Principal, generation_id: UUID) -> Generation:
    caller = anew(principal)
    try:
        return await get_generation(caller, generation_id=generation_id)
    except NotFound:
        if not principal.api_key:
            await require_session(caller)
        raise
