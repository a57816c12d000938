"""The queries of transfers."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, command_once, run
from lib.core.http.admission import admitted
from lib.core.http.client import PATIENT_SECONDS


async def bulk(
    db: Db, *, operation: str, content_ids: list[UUID], arguments: dict[str, Any], part: str = ""
) -> list[Row]:
    """Runs an operation on each content; returns {content_id, outcome, …} of each. part: names a further call."""
    asked = {"operation": operation, "content_ids": [str(each) for each in content_ids], "arguments": arguments}
    return await command(db, "bulk_contents", asked, seconds=PATIENT_SECONDS, part=part)


async def create_lines(db: Db, *, lines: list[Row], key: str | None) -> list[Row]:
    """Creates the contents of lines {line, content}; under a key no line is done twice.

    Not a ``command``: a stream makes many of these calls.
    """
    if key is None:
        return await command_once(db, "create_contents", {"lines": lines}, seconds=PATIENT_SECONDS)
    return (await run(call(db, "create_contents", {"lines": lines, "key": key}), seconds=PATIENT_SECONDS)).data


async def import_lines(db: Db, *, lines: list[Row], is_dry_run: bool, part: str = "") -> Row:
    """Creates the contents of all lines, or of none; returns {content_ids, problems, plain_texts}.

    part: names a further call.
    """
    arguments = {"lines": lines, "is_dry_run": is_dry_run}
    rows = await command(db, "import_contents", arguments, seconds=PATIENT_SECONDS, part=part)
    return rows[0]


async def export_page(db: Db, *, filters: dict[str, Any], after: str | None, page_size: int) -> Row:
    """Returns {items, people}: whole contents by id. The first page, after none, is written into the audit log."""
    arguments = {"filters": filters, "after_id": after, "page_size": page_size}
    await admitted()
    return (await run(call(db, "export_contents", arguments), seconds=PATIENT_SECONDS)).data
