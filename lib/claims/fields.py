"""The types that all of this context's models use."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from lib.core import docstrings
from lib.core.filled import check_filled
from lib.core.http.envelope import MAX_PAGE_SIZE, PageRequest

GLOBAL: Final = "__GLOBAL__"
ALL_COUNTRIES: Final = "__ALL_COUNTRIES__"

type Level = Literal["brand", "product", "ingredient"]
type ClaimStatus = Literal["allowed", "disallowed", "mandatory"]
type HeldStatus = Literal["allowed", "disallowed", "mandatory", "none"]
type ReviewerRole = Literal["legal", "compliance", "regulatory", "marketing", "lrc", "bdt", "mat", "sme"]
type Direction = Literal["asc", "desc"]
type Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$"), Field(examples=["de"])]
type Market = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(examples=["GB"])]
type ItemName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]+$"),
    AfterValidator(check_filled),
    Field(examples=["Calm Cream"]),
]
type Description = Annotated[str, StringConstraints(max_length=5000), Field(examples=["A cream for dry skin."])]
type Ids = Annotated[list[UUID], Field(fail_fast=True), AfterValidator(lambda ids: list(dict.fromkeys(ids)))]


class ListQuery(BaseModel):
    """The page of a list, its order, and whether what is archived is in it."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS
    )

    page: int = Field(default=1, ge=1, le=1_000_000)
    """The number of the page, from 1."""
    page_size: int = Field(default=20, ge=1, le=MAX_PAGE_SIZE)
    """How many items a page has at most."""

    @property
    def place(self) -> PageRequest:
        """Returns the page that was asked for."""
        return PageRequest(page=self.page, page_size=self.page_size)

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function: filters by their names or by other ones, and the page."""
        given = self.model_dump(mode="json", exclude_none=True, exclude={"page", "page_size", "sort", "direction"})
        named = {renamed.get(name, name): value for name, value in given.items() if value != []}
        return named | {"page_offset": self.place.offset, "page_size": self.page_size}


def sorting(
    columns: dict[str, str], sort: str, direction: Direction | None, *, falling: frozenset[str]
) -> dict[str, Any]:
    """Returns the arguments of an order. Without a direction, times fall and names rise."""
    is_descending = sort in falling if direction is None else direction == "desc"
    return {"sort": columns[sort], "is_descending": is_descending}
