"""The use cases of transfers, but streams and exports: see streams.py and exports.py."""

from uuid import UUID

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from lib.content.commands import NewContent
from lib.content.transfer import repository, tables
from lib.content.transfer.models import (
    BulkItem,
    BulkOutcome,
    BulkRequest,
    BulkUpdate,
    ImportedText,
    ImportProblem,
    ImportReport,
    ImportRequest,
)
from lib.content.transfer.problems import MAX_PROBLEMS, READ_SECONDS, as_details, error_of, invalid, item_error
from lib.content.transfer.writing import import_lines, removed_from, update_many
from lib.core.auth.principal import Principal
from lib.core.http.errors import ValidationFailed
from lib.core.http.heavy import check_time, run_heavy


async def change_many(principal: Principal, *, request: BulkRequest) -> BulkOutcome:
    """Runs an operation on up to 100 contents; each succeeds or fails by itself."""
    if isinstance(request, BulkUpdate):
        rows = await update_many(principal, request)
    else:
        rows = await repository.bulk(
            principal.db, operation=request.operation, content_ids=request.ids(), arguments=request.arguments()
        )
    items: list[BulkItem] = []
    for row in sorted(rows, key=lambda row: row["content_id"]):
        error = error_of(row) if row["outcome"] >= 400 else None
        items.append(
            BulkItem(
                content_id=row["content_id"],
                status=error.status if error else row["outcome"],
                version=row["version"],
                content_status=row["status"],
                error=item_error(error) if error else None,
            )
        )
    failed = sum(item.error is not None for item in items)
    return BulkOutcome(succeeded=len(items) - failed, failed=failed, items=items)


def _read_file(request: ImportRequest) -> tuple[int, dict[int, NewContent], list[ImportProblem]]:
    """Returns how many rows a file has, the contents to create by their lines, and the problems of other rows."""
    rows = tables.read_rows(request)
    contents: dict[int, NewContent] = {}
    problems: list[ImportProblem] = []
    for number, row in rows:
        check_time()
        try:
            contents[number] = NewContent.model_validate(tables.as_content(row, request))
        except (ValidationError, PydanticCustomError) as error:
            problems.append(ImportProblem(line=number, error=item_error(invalid(error))))
    return len(rows), contents, problems


async def import_contents(principal: Principal, *, request: ImportRequest) -> ImportReport:
    """Creates a content of each row, or of none. Raises ValidationFailed with the problems of each line, unless it is
    a dry run."""
    count, contents, problems = await run_heavy(_read_file, request, seconds=READ_SECONDS)
    content_ids: list[UUID] = []
    removed: list[ImportedText] = []
    if request.dry_run or not problems:
        answer, lines = await import_lines(principal, contents, brand_id=request.brand_id, is_dry_run=request.dry_run)
        content_ids = answer["content_ids"]
        removed = removed_from(lines, answer["plain_texts"])
        problems += [ImportProblem(line=row["line"], error=item_error(error_of(row))) for row in answer["problems"]]
    problems.sort(key=lambda problem: problem.line)
    if problems and not request.dry_run:
        raise ValidationFailed("nothing was imported", details=as_details(problems))
    return ImportReport(
        rows=count,
        created=len(content_ids),
        content_ids=content_ids,
        problems=problems[:MAX_PROBLEMS],
        sanitised=removed,
    )
