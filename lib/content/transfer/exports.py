"""Writes contents into files: CSV, workbooks (XLSX), JSON and NDJSON."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from lib.content.models import Content
from lib.content.service import as_content
from lib.content.transfer import repository, tables
from lib.content.transfer.models import ExportQuery
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_rows
from lib.core.files.options import TableFormat, TableOptions
from lib.core.files.writing import table_file
from lib.core.http.heavy import run_heavy

EXPORT_PAGE: Final = 100
# To write a page of a file. Two megabytes of rows take a second.
WRITE_SECONDS: Final = 15.0


class JsonFile:
    """JSON or NDJSON, written piece by piece. A page may have no contents: those that cannot be read are left out."""

    def __init__(self, *, is_array: bool) -> None:
        self._is_array = is_array
        self._is_begun = self._has_contents = False

    def add(self, contents: list[dict[str, Any]]) -> bytes:
        """Returns the next piece, with the beginning of the file before the first."""
        if not self._is_array:
            return "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in contents).encode()
        is_first, is_continued = not self._is_begun, self._has_contents and bool(contents)
        self._is_begun, self._has_contents = True, self._has_contents or bool(contents)
        joined = ",".join(json.dumps(item, ensure_ascii=False) for item in contents)
        return f"{'[' if is_first else ''}{',' if is_continued else ''}{joined}".encode()

    def end(self) -> bytes:
        """Returns the last piece."""
        return b"]" if self._is_array else b""


class TableOfContents:
    """CSV or a workbook, with a line for each content below the header."""

    def __init__(self, form: TableFormat, options: TableOptions) -> None:
        self._file = table_file(form, options)
        self._header: list[Sequence[str]] = [tables.EXPORTED]

    def add(self, contents: list[dict[str, Any]]) -> bytes:
        """Returns the next piece, with the beginning of the file before the first."""
        rows = [*self._header, *map(tables.exported_row, contents)]
        self._header = []
        return self._file.add(rows)

    def end(self) -> bytes:
        """Returns the last piece."""
        return self._file.end()


type ExportedFile = JsonFile | TableOfContents


def begin_file(query: ExportQuery) -> ExportedFile:
    """Returns the file of an export."""
    if query.format in ("csv", "xlsx"):
        return TableOfContents(query.format, query)
    return JsonFile(is_array=query.format == "json")


def _add_page(file: ExportedFile, answer: Row) -> bytes:
    contents = [
        content.model_dump(mode="json", by_alias=True, exclude={"links", "allowed_actions"})
        for content in read_rows(Content, answer["items"], shape=lambda row: as_content(row, answer))
    ]
    return file.add(contents)


async def export_contents(principal: Principal, *, query: ExportQuery) -> AsyncIterator[bytes]:
    """Returns the pieces of the file, 100 contents at a time. Raises Forbidden and NotFound before the first piece.

    A workbook is made before its first piece is sent: what it cannot hold is refused (Unprocessable).
    """
    filters: dict[str, Any] = query.filters()
    first = await repository.export_page(principal.db, filters=filters, after=None, page_size=EXPORT_PAGE)

    async def pieces() -> AsyncIterator[bytes]:
        file, answer = begin_file(query), first
        yield await run_heavy(_add_page, file, answer, seconds=WRITE_SECONDS)
        while len(answer["items"]) == EXPORT_PAGE:
            answer = await repository.export_page(
                principal.db, filters=filters, after=answer["items"][-1]["id"], page_size=EXPORT_PAGE
            )
            yield await run_heavy(_add_page, file, answer, seconds=WRITE_SECONDS)
        yield await run_heavy(file.end, seconds=WRITE_SECONDS)

    if query.format != "xlsx":
        return pieces()
    made = [piece async for piece in pieces()]

    async def finished() -> AsyncIterator[bytes]:
        for piece in made:
            yield piece

    return finished()
