"""Reads the text of an answer as it comes, whatever the format of its provider."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Protocol

from lib.ai.providers.answer_json import SoundText
from lib.ai.providers.models import Delta, ProviderError, ReportedUsage
from lib.ai.providers.server_events import read_events


class AnswerInProgress(Protocol):
    """An answer that is being read, in the format of a provider."""

    usage: ReportedUsage | None
    problem: ProviderError | None

    def add(self, name: str, event: dict[str, Any], /) -> str:
        """Adds an event of the stream, or the one document, and returns its text. ``name``: that of its event line."""
        ...

    def check_end(self) -> None:
        """Raises ProviderError if the answer is not whole."""
        ...


async def read_deltas(pieces: AsyncIterator[bytes], answer: AnswerInProgress) -> AsyncGenerator[Delta]:
    """Reads an answer from its bytes: the text as it comes, and last the usage. Raises ProviderError."""
    sound = SoundText()
    async with aclosing(read_events(pieces)) as batches:
        async for events in batches:
            text = sound.feed("".join(answer.add(name, event) for name, event in events))
            if text:
                yield Delta(text=text)
            if answer.problem:
                answer.problem.usage = answer.usage
                raise answer.problem
    if answer.usage is not None:
        yield Delta(usage=answer.usage)
    answer.check_end()
