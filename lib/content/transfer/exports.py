"""Writes contents into files: CSV, JSON and NDJSON."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from lib.content.models import Content
from lib.content.service import as_content
from lib.content.transfer import repository, tables
from lib.content.transfer.models import ExportQuery
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_rows
from lib.core.http.heavy import run_heavy

EXPORT_PAGE: Final = 100
# To write a page of a file. Two megabytes of rows take a second.
WRITE_SECONDS: Final = 15.0


class ExportedFile:
    """Writes a file piece by piece. A page may have no contents: those that cannot be read are left out."""

    def __init__(self, wanted: str) -> None:
        self._format = wanted
        self._is_begun = self._has_contents = False

    def add(self, contents: list[dict[str, Any]]) -> bytes:
        """Returns the next piece, with the beginning of the file before the first."""
        is_first, is_continued = not self._is_begun, self._has_contents and bool(contents)
        self._is_begun, self._has_contents = True, self._has_contents or bool(contents)
        match self._format:
            case "csv":
                return tables.csv_lines(contents, with_header=is_first).encode()
            case "ndjson":
                return "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in contents).encode()
            case _:
                joined = ",".join(json.dumps(item, ensure_ascii=False) for item in contents)
                return f"{'[' if is_first else ''}{',' if is_continued else ''}{joined}".encode()

    def end(self) -> bytes:
        """Returns the last piece."""
        return b"]" if self._format == "json" else b""


def _add_page(file: ExportedFile, answer: Row) -> bytes:
    contents = [
        content.model_dump(mode="json", by_alias=True, exclude={"links", "allowed_actions"})
        for content in read_rows(Content, answer["items"], shape=lambda row: as_content(row, answer))
    ]
    return file.add(contents)


async def export_contents(principal: Principal, *, query: ExportQuery) -> AsyncIterator[bytes]:
    """Returns the pieces of the file, 100 contents at a time. Raises Forbidden and NotFound before the first piece."""
    filters: dict[str, Any] = query.filters()
    first = await repository.export_page(principal.db, filters=filters, after=None, page_size=EXPORT_PAGE)

    async def pieces() -> AsyncIterator[bytes]:
        file, answer = ExportedFile(query.format), first
        yield await run_heavy(_add_page, file, answer, seconds=WRITE_SECONDS)
        while len(answer["items"]) == EXPORT_PAGE:
            answer = await repository.export_page(
                principal.db, filters=filters, after=answer["items"][-1]["id"], page_size=EXPORT_PAGE
            )
            yield await run_heavy(_add_page, file, answer, seconds=WRITE_SECONDS)
        yield file.end()

    return pieces()
