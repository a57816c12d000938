"""Many contents at once: bulk operations, streams, import and export."""

from lib.content.transfer.exports import export_contents
from lib.content.transfer.models import BulkOutcome, BulkRequest, ExportQuery, ImportReport, ImportRequest
from lib.content.transfer.service import change_many, import_contents
from lib.content.transfer.streams import create_stream

__all__ = [
    "BulkOutcome",
    "BulkRequest",
    "ExportQuery",
    "ImportReport",
    "ImportRequest",
    "change_many",
    "create_stream",
    "export_contents",
    "import_contents",
]
