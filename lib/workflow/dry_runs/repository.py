"""The call of the data API that follows the path of a review, as the caller."""

from lib.core.data.db import Db, Row, call, run


async def find_path(db: Db, *, arguments: Row) -> Row:
    """Returns the path that a content would take. Raises NotFound, Forbidden and ValidationFailed."""
    return (await run(call(db, "find_review_path", arguments))).data
