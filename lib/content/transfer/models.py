"""Many contents at once: one command for a hundred, a stream of thousands, a file in and a file out."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from lib.content.fields import Tags
from lib.content.models import ContentChanges, People, Reason
from lib.content.queries import ContentQuery
from lib.core.http.models import Instant, RequestModel, ResponseModel

type ContentIds = Annotated[
    list[UUID], Field(min_length=1, max_length=100), AfterValidator(lambda ids: list(dict.fromkeys(ids)))
]


class _Bulk(RequestModel):
    content_ids: ContentIds

    def arguments(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"content_ids", "operation"}, exclude_none=True)


class BulkUpdate(_Bulk):
    """The same changes to each, whatever its version: who edits it meanwhile finds out by theirs."""

    operation: Literal["update"]
    changes: ContentChanges

    def arguments(self) -> dict[str, Any]:
        return {"changes": self.changes.as_row()}


class BulkTag(_Bulk):
    operation: Literal["tag"]
    add: Tags = Field(default_factory=list)
    remove: Tags = Field(default_factory=list)


class BulkAssign(_Bulk):
    operation: Literal["assign"]
    add: People = Field(default_factory=list)
    remove: People = Field(default_factory=list)


class BulkStep(_Bulk):
    operation: Literal["submit", "restart", "publish", "unschedule", "archive", "reopen", "delete", "restore"]


class BulkApprove(_Bulk):
    operation: Literal["approve"]
    comment: str = Field(default="", max_length=5000, examples=["Reads well"])


class BulkRefuse(_Bulk):
    operation: Literal["reject", "request_changes", "withdraw"]
    reason: Reason


class BulkSchedule(_Bulk):
    operation: Literal["schedule"]
    scheduled_for: Instant


type BulkRequest = Annotated[
    BulkUpdate | BulkTag | BulkAssign | BulkStep | BulkApprove | BulkRefuse | BulkSchedule,
    Field(discriminator="operation"),
]


class ItemError(ResponseModel):
    """As the error of the same request for this content alone."""

    code: str = Field(examples=["CONFLICT"])
    message: str = Field(examples=["a content that is draft is not in review"])
    details: list[dict[str, str]] = Field(examples=[[]])


class BulkItem(ResponseModel):
    content_id: UUID
    status: int = Field(examples=[200])
    """The HTTP status that the request would have had for this content alone."""
    version: int | None
    content_status: str | None = Field(examples=["archived"])
    error: ItemError | None


class BulkOutcome(ResponseModel):
    succeeded: int = Field(ge=0, examples=[2])
    failed: int = Field(ge=0, examples=[1])
    items: list[BulkItem]


type Target = Annotated[
    str,
    StringConstraints(
        pattern=r"^(title|type|slug|body|excerpt|tags|categories|dueAt|expiresAt|fields|metadata"
        r"|metadata\.[A-Za-z]{1,50}|fields\.[A-Za-z0-9_]{1,50})$"
    ),
    Field(examples=["fields.topic"]),
]


class MappedColumn(RequestModel):
    """``as_``: how the text of a cell is to be read; a list is separated by semicolons."""

    target: Target
    as_: Literal["text", "number", "boolean", "list", "json"] = Field(default="text", alias="as")


type Mapping = Annotated[
    dict[Annotated[str, StringConstraints(min_length=1, max_length=200)], Target | MappedColumn],
    Field(max_length=100, examples=[{"Headline": "title", "Price": {"target": "fields.price", "as": "number"}}]),
]


class ImportRequest(RequestModel):
    """All rows or none: the first thing that is wrong with any of them leaves everything as it was."""

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
    template_id: UUID | None = None
    type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")] | None = None
    format: Literal["csv", "json", "ndjson"] = "json"
    data: str | list[dict[str, Any]] = Field(examples=[[{"title": "What cold wind does to skin"}]])
    """The text of the file, or for ``json`` the rows themselves."""
    mapping: Mapping | None = None
    """Column to part of the content; without one, columns are named as what they are for, and all must be known."""
    dry_run: bool = False
    """Only say what would be wrong."""

    @model_validator(mode="after")
    def _has_a_text_where_one_is_read(self) -> Self:
        if self.format != "json" and not isinstance(self.data, str):
            raise ValueError(f"{self.format} is a text")
        return self


class ImportProblem(ResponseModel):
    line: int = Field(ge=1, examples=[3])
    error: ItemError


class ImportReport(ResponseModel):
    rows: int = Field(ge=0, examples=[120])
    created: int = Field(ge=0, examples=[120])
    content_ids: list[UUID]
    problems: list[ImportProblem]


class ExportQuery(ContentQuery):
    brand_id: UUID  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - here it is needed
    format: Literal["json", "ndjson", "csv"] = "ndjson"


type StreamLine = dict[str, Any]
