"""Sends contents as they are sanitised for their brands: those of a stream, of a file, and changes of many."""

import hashlib
from uuid import UUID

from lib.content.commands import NewContent
from lib.content.markup import (
    NONE,
    SHORT,
    Elements,
    Written,
    known_elements,
    named_elements,
    remember_elements,
    text_length,
)
from lib.content.repository import as_arguments
from lib.content.transfer import repository
from lib.content.transfer.models import BulkUpdate, ImportedText
from lib.content.transfer.problems import MAX_PROBLEMS, READ_SECONDS, error_of
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.http.heavy import check_time, run_heavy
from lib.core.http.sanitised import sanitised

type Lines = dict[int, tuple[Row, Written]]
"""Contents as they are sent, by the numbers of their lines, with the texts that were sanitised of each."""


def write_lines(contents: dict[int, NewContent]) -> Lines:
    """Returns contents as they are sent, sanitised for their brands as far as what these take is known."""
    lines: Lines = {}
    for number, content in contents.items():
        check_time()
        written = content.written(known_elements(content.brand_id))
        line: Row = {"line": number, "content": as_arguments(content, written)}
        if written.depends:
            # The same line is the same whatever its brand takes by now.
            line["fingerprint"] = hashlib.sha256(content.model_dump_json().encode()).hexdigest()
        lines[number] = line, written
    return lines


async def update_many(principal: Principal, request: BulkUpdate) -> list[Row]:
    """Changes contents, and once more those whose brands take other elements than the texts were sanitised for."""

    async def update(ids: list[UUID], elements: Elements, part: str = "") -> list[Row]:
        written = await run_heavy(request.changes.written, elements) if is_long else request.changes.written(elements)
        arguments = request.arguments(written)
        rows = await repository.bulk(
            principal.db, operation=request.operation, content_ids=ids, arguments=arguments, part=part
        )
        # A field may be HTML in one content and text in another: what was removed from one is told.
        kept = [set(row["plain_texts"] or ()) for row in rows if row["outcome"] == 200]
        if kept:
            written.tell(set.intersection(*kept))
        return rows

    is_long = text_length(request.changes.body, request.changes.fields) > SHORT
    done: list[Row] = []
    again: dict[Elements, list[UUID]] = {}
    for row in await update(request.ids(), NONE):
        elements = elements_asked(row)
        if elements is None:
            done.append(row)
        else:
            again.setdefault(elements, []).append(UUID(row["content_id"]))
    for elements, ids in again.items():
        done += await update(ids, elements, part=f"for {' '.join(sorted(elements))}")
    return done


def elements_asked(row: Row) -> Elements | None:
    """Returns the elements that the brand of a content takes, if the row tells that its text was written for others."""
    if row["outcome"] != 409:
        return None
    return named_elements(error_of(row))


async def import_lines(
    principal: Principal, contents: dict[int, NewContent], *, brand_id: UUID, is_dry_run: bool
) -> tuple[Row, Lines]:
    """Creates contents, or none; a second time if the brand takes other elements than they were sanitised for."""
    lines = await run_heavy(write_lines, contents, seconds=READ_SECONDS)
    sent = [line for line, _ in lines.values()]
    answer = await repository.import_lines(principal.db, lines=sent, is_dry_run=is_dry_run)
    for problem in answer["problems"]:
        if (elements := elements_asked(problem)) is not None:
            remember_elements(brand_id, elements)
            lines = await run_heavy(write_lines, contents, seconds=READ_SECONDS)
            sent = [line for line, _ in lines.values()]
            answer = await repository.import_lines(
                principal.db, lines=sent, is_dry_run=is_dry_run, part=f"for {' '.join(sorted(elements))}"
            )
            break
    return answer, lines


def removed_from(lines: Lines, plain_texts: Row) -> list[ImportedText]:
    """Returns what was removed from the texts of an import. ``plain_texts``: by line, the paths kept as typed."""
    return [
        ImportedText(line=number, removed=sanitised(path, removed))
        for number, (_, written) in lines.items()
        for path, removed in written.removed_beside(plain_texts.get(str(number), ())).items()
    ][:MAX_PROBLEMS]
