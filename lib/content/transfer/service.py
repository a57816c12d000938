"""The use cases of transfers, but exports: see exports.py."""

from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException

from lib.content.commands import NewContent
from lib.content.repository import as_arguments
from lib.content.transfer import repository, tables
from lib.content.transfer.models import (
    BulkItem,
    BulkOutcome,
    BulkRequest,
    ImportProblem,
    ImportReport,
    ImportRequest,
    ItemError,
    StreamLine,
)
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.errors import from_data_api
from lib.core.http.envelope import failure
from lib.core.http.errors import (
    BY_STATUS,
    ApiError,
    ErrorDetail,
    InternalError,
    ValidationFailed,
)
from lib.core.http.heavy import check_time, run_heavy
from lib.core.http.validation import details_of, details_of_model
from lib.core.telemetry.context import current_context

# Lines in one call of the data API: enough to be fast, few enough to show progress.
CHUNK_LINES: Final = 50
MAX_LINES: Final = 20_000
MAX_LINE_BYTES: Final = 1_000_000
MAX_PROBLEMS: Final = 100
# To read a file. Two megabytes of rows take a second.
READ_SECONDS: Final = 15.0
MAX_LINE_DETAILS: Final = 5


def _item_error(error: ApiError) -> ItemError:
    problem = failure(error, "").error
    return ItemError(code=problem.code, message=problem.message, details=problem.details)


def _error_of(row: Row) -> ApiError:
    """Returns the error that the request for this one alone would have had."""
    return from_data_api(row["code"], row["message"], row["details"]) or InternalError("something went wrong")


def _invalid(error: ValidationError | PydanticCustomError, line: bytes = b"") -> ValidationFailed:
    """Returns the refusal of one content; ``line``: its JSON, if it was read from a stream."""
    if isinstance(error, ValidationError):
        details = details_of_model(error, line)[:MAX_LINE_DETAILS]
    else:
        details = details_of([{"type": error.type, "loc": (), "ctx": error.context or {}}], None)
    return ValidationFailed("the content is not valid", details=details)


async def change_many(principal: Principal, *, request: BulkRequest) -> BulkOutcome:
    """Runs an operation on up to 100 contents; each succeeds or fails by itself."""
    rows = await repository.bulk(
        principal.db, operation=request.operation, content_ids=request.ids(), arguments=request.arguments()
    )
    items: list[BulkItem] = []
    for row in sorted(rows, key=lambda row: row["content_id"]):
        error = _error_of(row) if row["outcome"] >= 400 else None
        items.append(
            BulkItem(
                content_id=row["content_id"],
                status=error.status if error else row["outcome"],
                version=row["version"],
                content_status=row["status"],
                error=_item_error(error) if error else None,
            )
        )
    failed = sum(item.error is not None for item in items)
    return BulkOutcome(succeeded=len(items) - failed, failed=failed, items=items)


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
        wished, refused = await run_heavy(_read_lines, chunk, seconds=READ_SECONDS)
        results = {number: self._failed(number, error) for number, error in refused.items()}
        if wished:
            for row in await repository.create_lines(self.principal.db, lines=wished, key=self.key):
                results[row["line"]] = self._done(row)
        self.received += len(chunk)
        return [results[number] for number, _ in chunk]

    def _failed(self, number: int, error: ApiError) -> StreamLine:
        self.failed += 1
        return {
            "type": "result",
            "line": number,
            "status": error.status,
            "error": _item_error(error).model_dump(by_alias=True),
        }

    def _done(self, row: Row) -> StreamLine:
        if row["outcome"] >= 400:
            return self._failed(row["line"], _error_of(row))
        if row["is_replayed"]:
            self.replayed += 1
        else:
            self.created += 1
        return {
            "type": "result",
            "line": row["line"],
            "status": row["outcome"],
            "contentId": row["content_id"],
            "replayed": row["is_replayed"],
        }


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
        problem = _item_error(broken).model_dump(by_alias=True)
        yield {"type": "error", "status": broken.status, **problem, **stream.counts}


def _read_lines(chunk: list[tuple[int, bytes]]) -> tuple[list[Row], dict[int, ApiError]]:
    """Returns the contents to create, and the errors of lines by their numbers."""
    wished: list[Row] = []
    refused: dict[int, ApiError] = {}
    for number, line in chunk:
        check_time()
        try:
            wished.append({"line": number, "content": as_arguments(NewContent.model_validate_json(line))})
        except ValidationError as error:
            refused[number] = _invalid(error, line)
    return wished, refused


def _read_file(request: ImportRequest) -> tuple[int, list[Row], list[ImportProblem]]:
    """Returns how many rows a file has, the contents to create, and the problems of other rows."""
    rows = tables.read_rows(request)
    lines: list[Row] = []
    problems: list[ImportProblem] = []
    for number, row in rows:
        check_time()
        try:
            lines.append(
                {"line": number, "content": as_arguments(NewContent.model_validate(tables.as_content(row, request)))}
            )
        except (ValidationError, PydanticCustomError) as error:
            problems.append(ImportProblem(line=number, error=_item_error(_invalid(error))))
    return len(rows), lines, problems


async def import_contents(principal: Principal, *, request: ImportRequest) -> ImportReport:
    """Creates a content of each row, or of none. Raises ValidationFailed with the problems of each line, unless it is
    a dry run."""
    count, lines, problems = await run_heavy(_read_file, request, seconds=READ_SECONDS)
    content_ids: list[UUID] = []
    if request.dry_run or not problems:
        answer = await repository.import_lines(principal.db, lines=lines, is_dry_run=request.dry_run)
        content_ids = answer["content_ids"]
        problems += [ImportProblem(line=row["line"], error=_item_error(_error_of(row))) for row in answer["problems"]]
    problems.sort(key=lambda problem: problem.line)
    if problems and not request.dry_run:
        raise ValidationFailed("nothing was imported", details=_as_details(problems))
    return ImportReport(rows=count, created=len(content_ids), content_ids=content_ids, problems=problems[:MAX_PROBLEMS])


def _as_details(problems: list[ImportProblem]) -> list[ErrorDetail]:
    details: list[ErrorDetail] = []
    for problem in problems[:MAX_PROBLEMS]:
        for item in problem.error.details or [{}]:
            place = f"line {problem.line}"
            details.append(
                {
                    "field": f"{place}: {item['field']}" if "field" in item else place,
                    "code": item.get("code", problem.error.code),
                    "message": item.get("message", problem.error.message),
                }
            )
    return details
