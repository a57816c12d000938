"""Creates thousands of contents from a stream of lines."""

from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from pydantic import ValidationError
from starlette.exceptions import HTTPException

from lib.content.commands import NewContent
from lib.content.markup import Written, remember_elements
from lib.content.transfer import repository
from lib.content.transfer.models import StreamLine
from lib.content.transfer.problems import READ_SECONDS, error_of, invalid, item_error
from lib.content.transfer.writing import elements_asked, write_lines
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.http.errors import BY_STATUS, ApiError, ValidationFailed
from lib.core.http.heavy import check_time, run_heavy
from lib.core.http.sanitised import sanitised
from lib.core.telemetry.context import current_context

# Lines in one call of the data API: enough to be fast, few enough to show progress.
CHUNK_LINES: Final = 50
MAX_LINES: Final = 20_000
MAX_LINE_BYTES: Final = 1_000_000


class _Lines:
    """Cuts bytes into lines as they arrive, and numbers them."""

    def __init__(self) -> None:
        self._rest = b""
        self._number = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        rest = self._rest + data
        if self._number == 0:
            # Programs of Windows begin files with a mark, and split it over two parts at worst.
            if len(rest) < len(BOM_UTF8) and BOM_UTF8.startswith(rest):
                self._rest = rest
                return []
            rest = rest.removeprefix(BOM_UTF8)
        *whole, self._rest = rest.split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            raise ValidationFailed(f"line {self._number + len(whole) + 1} has more than {MAX_LINE_BYTES} bytes")
        return self._numbered(whole)

    def finish(self) -> list[tuple[int, bytes]]:
        rest, self._rest = self._rest, b""
        return self._numbered([rest])

    def _numbered(self, lines: list[bytes]) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        for line in lines:
            self._number += 1
            if self._number > MAX_LINES:
                raise ValidationFailed(f"a stream has at most {MAX_LINES} lines")
            if line.strip():
                found.append((self._number, line))
        return found


class _Stream:
    """Creates contents chunk by chunk, and reports a result for each line."""

    def __init__(self, principal: Principal) -> None:
        idempotency = current_context().idempotency
        self.principal = principal
        self.key = idempotency.key if idempotency else None
        self.received = self.created = self.replayed = self.failed = 0

    @property
    def counts(self) -> dict[str, int]:
        return {
            "received": self.received,
            "created": self.created,
            "replayed": self.replayed,
            "failed": self.failed,
        }

    async def create(self, chunk: list[tuple[int, bytes]]) -> list[StreamLine]:
        contents, refused = await run_heavy(_read_lines, chunk, seconds=READ_SECONDS)
        results = {number: self._failed(number, error) for number, error in refused.items()}
        if contents:
            for row, written in await self._write(contents):
                results[row["line"]] = self._done(row, written)
        self.received += len(chunk)
        return [results[number] for number, _ in chunk]

    async def _write(self, contents: dict[int, NewContent]) -> list[tuple[Row, Written]]:
        """Creates contents, and once more those whose brands take other elements than they were sanitised for."""
        sent = await run_heavy(write_lines, contents, seconds=READ_SECONDS)
        done: list[tuple[Row, Written]] = []
        again: dict[int, NewContent] = {}
        for is_last in (False, True):
            lines = [sent[number][0] for number in (again if is_last else contents)]
            for row in await repository.create_lines(self.principal.db, lines=lines, key=self.key):
                number = row["line"]
                elements = None if is_last else elements_asked(row)
                if elements is None:
                    done.append((row, sent[number][1]))
                else:
                    again[number] = contents[number]
                    remember_elements(contents[number].brand_id, elements)
            if not again or is_last:
                break
            sent |= await run_heavy(write_lines, again, seconds=READ_SECONDS)
        return done

    def _failed(self, number: int, error: ApiError) -> StreamLine:
        self.failed += 1
        return {
            "type": "result",
            "line": number,
            "status": error.status,
            "error": item_error(error).model_dump(by_alias=True),
        }

    def _done(self, row: Row, written: Written) -> StreamLine:
        if row["outcome"] >= 400:
            return self._failed(row["line"], error_of(row))
        if row["is_replayed"]:
            self.replayed += 1
        else:
            self.created += 1
        line: StreamLine = {
            "type": "result",
            "line": row["line"],
            "status": row["outcome"],
            "contentId": row["content_id"],
            "replayed": row["is_replayed"],
        }
        if removed := written.removed_beside(row["plain_texts"] or ()):
            line["sanitised"] = [sanitised(path, each).model_dump(by_alias=True) for path, each in removed.items()]
        return line


async def create_stream(principal: Principal, *, body: AsyncIterator[bytes]) -> AsyncGenerator[StreamLine]:
    """Creates a content of each line of NDJSON: yields a ``result`` for each, ``progress`` after each chunk of 50,
    and at the end a ``summary`` or an ``error``.

    A caller who sees no summary sends the same lines again under the same Idempotency-Key: lines that are done are
    reported, not repeated.
    """
    stream, lines = _Stream(principal), _Lines()
    waiting: list[tuple[int, bytes]] = []
    broken: ApiError | None = None
    try:
        async for data in body:
            waiting += lines.feed(data)
            while len(waiting) >= CHUNK_LINES:
                chunk, waiting = waiting[:CHUNK_LINES], waiting[CHUNK_LINES:]
                for result in await stream.create(chunk):
                    yield result
                yield {"type": "progress", **stream.counts}
        waiting += lines.finish()
        if waiting:
            for result in await stream.create(waiting):
                yield result
    except ApiError as error:
        broken = error
    except HTTPException as error:  # of the middleware, when the body is too large
        broken = BY_STATUS.get(error.status_code, ValidationFailed)(
            "the body is too large: send the rest in another request"
        )
    if broken is None:
        yield {"type": "summary", **stream.counts}
    else:
        problem = item_error(broken).model_dump(by_alias=True)
        yield {"type": "error", "status": broken.status, **problem, **stream.counts}


def _read_lines(chunk: list[tuple[int, bytes]]) -> tuple[dict[int, NewContent], dict[int, ApiError]]:
    """Returns the contents to create, and the errors of lines, by the numbers of their lines."""
    contents: dict[int, NewContent] = {}
    refused: dict[int, ApiError] = {}
    for number, line in chunk:
        check_time()
        try:
            contents[number] = NewContent.model_validate_json(line)
        except ValidationError as error:
            refused[number] = invalid(error, line)
    return contents, refused
