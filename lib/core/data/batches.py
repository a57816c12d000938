"""Reads all parts of a view by one call of the data API.

A view of GraphQL asks several services, each of which reads by functions of its own. ``BatchingDataApi`` collects the
reads that are made until no further one comes, which is a few turns of the event loop, and sends them as one call of
``get_answers``, which runs each in the rights of the caller. Equal reads are made once. It belongs to one request: its
memory must not outlive a change.
"""

from asyncio import Future, Task, create_task, shield, sleep
from dataclasses import dataclass
from typing import Any, Final

from aiodataloader import DataLoader, Loader, dispatch_queue
from pydantic_core import from_json, to_json

from lib.core.data.answers import send
from lib.core.data.calls import DataApi, FunctionCall, OwnAnswer, ReadAnswer
from lib.core.data.errors import DataApiError
from lib.core.data.transport import is_reading_function

# As many as get_answers takes.
MAX_CALLS: Final = 500
_GET_ANSWERS: Final = "get_answers"
# Fields of one level ask in different turns of the event loop: each wrapper of a resolver costs one.
_TURNS: Final = 3


class _Failed(Exception):
    """Carries the refusal of one read to all who wait for it."""

    def __init__(self, error: DataApiError) -> None:
        super().__init__(str(error))
        self.error = error


class _Reads(DataLoader[bytes, Any]):
    """Loads answers by calls, which are JSON texts."""

    max_batch_size = MAX_CALLS

    def __init__(self, db: DataApi) -> None:
        super().__init__()
        self._db = db
        self._dispatches = set[Task[None]]()

    def do_resolve_reject(self, key: bytes, future: Future[Any]) -> None:
        """Lets a read wait until no other has come for some turns, where the library waits for one."""
        self._queue.append(Loader(key, future))
        if len(self._queue) == 1:
            task = create_task(self._dispatch())
            self._dispatches.add(task)
            task.add_done_callback(self._dispatches.discard)

    async def _dispatch(self) -> None:
        waiting = 0
        while waiting < len(self._queue):
            waiting = len(self._queue)
            for _ in range(_TURNS):
                await sleep(0)
        dispatch_queue(self)

    async def batch_load_fn(self, keys: list[bytes]) -> list[Any]:
        """Returns the data of each call, or the exception that it raises."""
        calls = [from_json(key) for key in keys]
        if len(calls) == 1:
            return [(await send(self._db.rpc(calls[0]["function"], calls[0]["arguments"]))).data]
        answers = (await send(self._db.rpc(_GET_ANSWERS, {"calls": calls}))).data
        return [_Failed(_error_of(answer["error"])) if "error" in answer else answer["data"] for answer in answers]


def _error_of(refusal: dict[str, Any]) -> DataApiError:
    return DataApiError(refusal["message"], refusal["code"], refusal["details"])


@dataclass(frozen=True, slots=True)
class _Read(OwnAnswer):
    """A call of a reading function that waits for others."""

    reads: _Reads
    function: str
    arguments: dict[str, Any]

    async def read(self) -> ReadAnswer:
        """Returns the answer. Raises DataApiError for a refusal. A call that failed is made again when asked again."""
        key = to_json({"function": self.function, "arguments": self.arguments})
        try:
            # Shielded: where a field fails, the others are cancelled, and with them all that wait for the same read.
            return ReadAnswer(await shield(self.reads.load(key)), None)
        except _Failed as failed:
            self.reads.clear(key)  # as the library does where a whole batch fails
            raise failed.error from None


class BatchingDataApi(DataApi):
    """The data API as one caller, for one request that reads. Readers of an answer must not change its values."""

    __slots__ = ("_reads",)

    def __init__(self, db: DataApi) -> None:
        """``db``: the data API as the caller."""
        super().__init__(db.url, db.headers)
        self._reads = _Reads(db)

    def rpc(self, function: str, arguments: dict[str, Any]) -> FunctionCall | OwnAnswer:
        """Prepares a call of an SQL function; one that reads waits for the others of its level."""
        if not is_reading_function(function):
            return super().rpc(function, arguments)
        return _Read(self._reads, function, arguments)
