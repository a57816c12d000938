"""Many contents at once: an operation on up to 100, a stream of thousands, an import and an export."""

from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticKnownError

from lib.content.commands import ContentChanges, People, Reason
from lib.content.fields import Tags
from lib.content.markup import Written
from lib.content.queries import ContentFilters
from lib.core.files.options import TableOptions
from lib.core.files.requests import FileFormat, TableFile, check_source
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.sanitised import Sanitised
from lib.core.http.times import StorableInstant
from lib.core.http.validation import field_problem

type ContentIds = Annotated[
    list[UUID], Field(min_length=1, max_length=100), AfterValidator(lambda ids: list(dict.fromkeys(ids)))
]


class _Bulk(RequestModel):
    content_ids: ContentIds
    """The contents, 1 to 100."""

    def ids(self) -> list[UUID]:
        """Returns the ids of the contents."""
        return self.content_ids

    def arguments(self) -> dict[str, Any]:
        """Returns the arguments of the operation, as the database takes them."""
        return self.model_dump(mode="json", exclude={"content_ids", "operation"}, exclude_none=True)


class BulkUpdate(_Bulk):
    """Applies the same changes to each content, whatever its version."""

    operation: Literal["update"]
    """Changes contents."""
    changes: ContentChanges
    """The changes of each content."""

    def arguments(self, written: Written | None = None) -> dict[str, Any]:
        """Returns the changes, as the database takes them, with their texts as they are sanitised."""
        written = written or self.changes.written()
        changes = {"changes": self.changes.as_row(written)}
        return changes if (rich := written.rich()) is None else changes | {"rich": rich}


class BulkTag(_Bulk):
    """Adds tags to each content and removes others."""

    operation: Literal["tag"]
    """Changes tags."""
    add: Tags = Field(default_factory=list)
    """Tags to add, at most 50."""
    remove: Tags = Field(default_factory=list)
    """Tags to remove, at most 50."""


class BulkAssign(_Bulk):
    """Adds assignees to each content and removes others."""

    operation: Literal["assign"]
    """Changes assignees."""
    add: People = Field(default_factory=list)
    """The ids of people to add, at most 50, all of them members of the brand."""
    remove: People = Field(default_factory=list)
    """The ids of people to remove, at most 50."""


class BulkStep(_Bulk):
    """An action that needs no more than the contents."""

    operation: Literal["submit", "restart", "publish", "unschedule", "archive", "reopen", "delete", "restore"]
    """The action, as for one content."""


class ReadContent(RequestModel):
    """A content to decide on, and the version of it that you read."""

    content_id: UUID
    """The id of the content."""
    content_version: int = Field(ge=1, examples=[3])
    """The version of the content that you read. If the content was edited since, it is not approved: 412."""


class BulkApprove(RequestModel):
    """Approves the current step of each content, in the version that you read."""

    contents: Annotated[list[ReadContent], Field(min_length=1, max_length=100, fail_fast=True)]
    """The contents with their versions, 1 to 100, each once."""
    operation: Literal["approve"]
    """Approves contents."""
    comment: str = Field(default="", max_length=5000, examples=["Reads well"])
    """A comment for the history, at most 5,000 characters."""

    @model_validator(mode="after")
    def _names_each_content_once(self) -> Self:
        if len(set(self.ids())) < len(self.contents):
            raise field_problem("contents", "names a content twice")
        return self

    def ids(self) -> list[UUID]:
        """Returns the ids of the contents."""
        return [each.content_id for each in self.contents]

    def arguments(self) -> dict[str, Any]:
        """Returns the arguments of the operation, as the database takes them."""
        versions = {str(each.content_id): each.content_version for each in self.contents}
        return {"comment": self.comment, "versions": versions}


class BulkRefuse(_Bulk):
    """Decides against each content, or withdraws it."""

    operation: Literal["reject", "request_changes", "withdraw"]
    """The action, as for one content."""
    reason: Reason
    """Why, 1 to 5,000 characters."""


class BulkSchedule(_Bulk):
    """Schedules the publication of each content."""

    operation: Literal["schedule"]
    """Schedules contents."""
    scheduled_for: StorableInstant
    """When to publish; in the future."""


type BulkRequest = Annotated[
    BulkUpdate | BulkTag | BulkAssign | BulkStep | BulkApprove | BulkRefuse | BulkSchedule,
    Field(discriminator="operation"),
]


class ItemError(ResponseModel):
    """The error that the request for this content alone would have had."""

    code: str = Field(examples=["CONFLICT"])
    """The code of the error."""
    message: str = Field(examples=["submit is not possible for a content that is archived"])
    """The cause of the error, in English."""
    details: list[dict[str, str]] = Field(examples=[[]])
    """The errors of single fields: field, code, message, and the rule that refused an action."""


class BulkItem(ResponseModel):
    """The outcome for one content."""

    content_id: UUID
    """The id of the content."""
    status: int = Field(examples=[200])
    """The HTTP status that the request for this content alone would have had."""
    version: int | None
    """The version of the content after the operation; null if it failed."""
    content_status: str | None = Field(examples=["archived"])
    """The state of the content after the operation; null if it failed."""
    error: ItemError | None
    """The error; null if the operation succeeded."""


class BulkOutcome(ResponseModel):
    """The outcome for each content."""

    succeeded: int = Field(ge=0, examples=[2])
    """How many succeeded."""
    failed: int = Field(ge=0, examples=[1])
    """How many failed."""
    items: list[BulkItem]
    """A result for each content, in the order of their ids."""


type Target = Annotated[
    str,
    StringConstraints(
        pattern=r"^(title|type|slug|body|excerpt|tags|categories|dueAt|expiresAt|fields|metadata"
        r"|metadata\.[A-Za-z]{1,50}|fields\.[A-Za-z0-9_]{1,50})$"
    ),
    Field(examples=["fields.topic"]),
]


class MappedColumn(RequestModel):
    """Where a column goes, and how its cells are read."""

    target: Target
    """The part of the content: a field such as `title`, or `metadata.<name>`, or `fields.<id>`."""
    as_: Literal["text", "number", "boolean", "list", "json", "date", "instant"] = Field(default="text", alias="as")
    """How a cell is read. The items of a list are separated by semicolons; a `date` becomes `2026-12-31`, an `instant`
    a time by RFC 3339."""


MAX_COLUMNS: Final = 100


def _check_columns(mapping: Any) -> Any:
    """Refuses a long mapping before its columns are looked at: pydantic writes errors for each, 0.6 s for 49,000."""
    if isinstance(mapping, dict) and len(mapping) > MAX_COLUMNS:
        lengths = {"field_type": "Dictionary", "max_length": MAX_COLUMNS, "actual_length": len(mapping)}
        raise PydanticKnownError("too_long", lengths)
    return mapping


type Mapping = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=200)], Target | MappedColumn],
    Field(
        max_length=MAX_COLUMNS, examples=[{"Headline": "title", "Price": {"target": "fields.price", "as": "number"}}]
    ),
    BeforeValidator(_check_columns),
]


class ImportRequest(TableFile):
    """A file of contents to create: all of its rows or, where any is wrong, none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "brandId": "01a20dcb-7194-7b81-a325-e45b26eae744",
                    "format": "csv",
                    "data": "Headline,Labels\nWhat cold wind does to skin,winter;skin\n",
                    "mapping": {"Headline": "title", "Labels": {"target": "tags", "as": "list"}},
                    "dryRun": True,
                }
            ]
        }
    )

    brand_id: UUID
    """The brand that the contents are for."""
    template_id: UUID | None = None
    """The template of all contents. Null: none."""
    type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")] | None = None
    """The type of all contents. Null: that of the row, of the template, or `article`."""
    format: FileFormat = "json"
    """The format of `data` or `file`."""
    data: str | Annotated[list[dict[str, Any]], Field(fail_fast=True)] | None = Field(
        default=None, examples=[[{"title": "What cold wind does to skin"}]]
    )
    """The text of the file, or for `json` the rows themselves; at most 1,000 rows. Required unless `file` is given."""
    mapping: Mapping | None = None
    """Where each column goes. Null: columns have the names of the parts of a content, and all must be known."""
    dry_run: bool = False
    """Whether to check only: nothing is created."""

    @model_validator(mode="after")
    def _has_a_text_where_one_is_read(self) -> Self:
        if isinstance(self.data, list) and self.format != "json":
            raise field_problem("data", f"must be a string for the format {self.format}")
        check_source(self.data, self.file, is_workbook=self.format == "xlsx")
        return self


class ImportProblem(ResponseModel):
    """The error of a row."""

    line: int = Field(ge=1, examples=[3])
    """The line of the file, or the place of the row."""
    error: ItemError
    """The error."""


class ImportedText(ResponseModel):
    """A text of a row from which sanitising removed something, or wrote it under another name."""

    line: int = Field(ge=1, examples=[3])
    """The line of the file, or the place of the row."""
    removed: Sanitised
    """The text, and what was removed."""


class ImportReport(ResponseModel):
    """The outcome of an import."""

    rows: int = Field(ge=0, examples=[120])
    """How many rows the file has."""
    created: int = Field(ge=0, examples=[120])
    """How many contents were created."""
    content_ids: list[UUID]
    """The ids of the new contents, in the order of the rows."""
    problems: list[ImportProblem]
    """The errors that a dry run found, of at most 100 rows; otherwise empty."""
    sanitised: list[ImportedText] = Field(default_factory=list)
    """Texts of which sanitising removed something, or would after a dry run, at most 100."""


class ExportQuery(ContentFilters, TableOptions):
    """The contents of a brand to export, and the format of the file."""

    brand_id: UUID  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - required here
    """The brand whose contents to export."""
    format: FileFormat = "ndjson"
    """The format of the file. A workbook (`xlsx`) has at most 5,000 contents."""


type StreamLine = dict[str, Any]
"""A line of the answer to a stream: a result, progress, the summary or an error."""
