"""The unique indexes of this context, each with the field of the API that it is about."""

from typing import Final

UNIQUE_FIELDS: Final = {
    "content_assignees_pkey": "userId",
}
