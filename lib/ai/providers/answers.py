"""Reads the answer of one provider: within its time, and as long as its text is of use."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from lib.ai.providers.answer_json import is_whole
from lib.ai.providers.models import CompletionRequest, Delta, Fault, ProviderError, check_length
from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report

# After these the answer is not used, even if its text is whole.
_FINAL_FAULTS: Final = frozenset({Fault.REFUSED, Fault.REJECTED})


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How long a request may take, in seconds."""

    deadline: float
    """The end of everything, by ``time.monotonic``."""
    first_token: float
    """The longest wait for the first token of a stream."""
    completion: float
    """The longest wait for a whole completion, or between two deltas of a stream."""
    backoffs: tuple[float, ...] = (1.0, 2.0, 4.0)
    """The waits between rounds."""

    @property
    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()


@dataclass(frozen=True, slots=True)
class Read[T]:
    """An answer that ``parse`` accepts."""

    value: T


def read_answer[T](
    request: CompletionRequest, text: str, parse: Callable[[str], T], fault: ProviderError | None
) -> Read[T] | ProviderError:
    """Parses the text of an answer. Returns the fault of the provider if the text cannot be used.

    A text whose end was odd (a lost connection, an error behind it, no reason why it ended) is used if it is one whole
    object with all that was asked for, which a schema tells. An object with more behind it may be an earlier draft.
    """
    if fault is not None and (request.schema is None or fault.fault in _FINAL_FAULTS or not is_whole(text)):
        return fault
    try:
        return Read(parse(text))
    except ProviderError as error:
        return fault or error
    except Exception as error:  # noqa: BLE001 - whatever a model writes is an answer, and no error of ours
        report(error)
        log(logging.ERROR, "the answer of a provider cannot be parsed", error=error)
        return fault or ProviderError(f"the answer cannot be parsed: {type(error).__name__}", fault=Fault.MALFORMED)


async def timed(request: CompletionRequest, deltas: AsyncIterator[Delta], limits: TimeLimits) -> AsyncGenerator[Delta]:
    """Yields the deltas. Raises ProviderError (timed out) after too long a silence and at the deadline.

    The timeout is around each delta and never around a yield: the route's task takes the first one and the response's
    task the others, and a timeout belongs to one task.
    """
    longest = limits.first_token
    characters = 0
    try:
        while True:
            try:
                async with asyncio.timeout(max(0.0, min(longest, limits.remaining))):
                    delta = await anext(deltas)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise ProviderError("took too long", fault=Fault.TIMED_OUT) from error
            longest = limits.completion
            characters += len(delta.text)
            check_length(request, characters)
            yield delta
    finally:
        if isinstance(deltas, AsyncGenerator):
            await deltas.aclose()  # returns the connection
