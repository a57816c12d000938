"""Which claims hold for a product in a market, with the reason for each, and the matrix (domain §6)."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field

from lib.claims.fields import HeldStatus, Language, Level, ListQuery, Market
from lib.core.files.options import OPTIONS, AnswerFormat, TableOptions
from lib.core.http.envelope import Page
from lib.core.http.models import ResponseModel, SearchText
from lib.core.http.times import Instant

type ClaimScope = Literal["override", "market", "global"]
type Rule = Literal["only", "override", "scope", "level", "status", "id"]

SCOPES: Final[dict[int, ClaimScope]] = {1: "override", 2: "market", 3: "global"}
MAX_COLUMNS: Final = 50


class BeatenClaim(ResponseModel):
    """A claim or override with the same text, or the claim whose place an override took."""

    claim_id: UUID
    """The id of the claim."""
    text: str = Field(examples=["Kind to skin"])
    """Its text."""
    status: HeldStatus
    """Its status."""
    scope: ClaimScope
    """Whether it is an override, a claim of the market, or a global one."""
    level: Level
    """Its subject."""
    override_id: UUID | None
    """The id of the override; null for others."""
    lost_by: Literal["override", "scope", "level", "status", "id"]
    """Why it does not hold: an override took its place; its scope is wider, or its level weaker; in a full tie its
    status, and in the end its id, comes later."""


class StackedReason(ResponseModel):
    """Why a claim holds."""

    rule: Rule
    """The rule that decided: `only` where nothing else has the text; an `override`; the narrower `scope` (a market
    beats all markets); the stronger `level` (product, ingredient, brand); in a full tie the stricter `status`, then the
    lowest `id`."""
    sentence: str = Field(examples=["A claim of the market beats a global one, whatever their levels."])
    """The rule in words."""
    over: list[BeatenClaim]
    """The claims that it holds over, the strongest first."""


class AppliedOverride(ResponseModel):
    """The override that decided on a claim, or that exempts the market from one for all countries."""

    id: UUID
    """The id of the override."""
    market: str = Field(examples=["GB"])
    """The country that it is for, or `__ALL_COUNTRIES__`."""
    is_blocked: bool
    """Whether the claim must not be made."""
    replacement_claim_id: UUID | None
    """The claim that takes its place; null for none."""


class StackedClaim(ResponseModel):
    """A claim as it holds for a product in a market."""

    text: str = Field(examples=["Kind to skin"])
    """The text in the language asked for, if the claim has it; else the original."""
    language: str = Field(examples=["de"])
    """The language of the text, or `original`."""
    original_text: str = Field(examples=["Kind to skin"])
    """The original text; where an override replaced it, that of the master claim."""
    status: HeldStatus
    """Whether the statement may, must not or must be made. `none`: an override blocks it."""
    scope: ClaimScope
    """Whether an override, a claim of the market or a global one holds."""
    level: Level
    """The subject of the claim; of an override, the subject of its master claim."""
    source: Literal["brand", "product", "ingredient", "override"]
    """The level of the claim, or `override`."""
    claim_id: UUID
    """The id of the claim that holds."""
    master_claim_id: UUID | None
    """The id of the global claim that it is, or that it takes the place of; null for a claim of the market alone."""
    is_master: bool
    """Whether it is a global claim, or takes the place of one."""
    category: str | None = Field(examples=["nutrition"])
    """The category of the claim."""
    override: AppliedOverride | None
    """The override that decided on it or, for a claim that is not of the scope `override`, the one that exempts the
    market; null for none."""
    reason: StackedReason
    """Why it holds."""


class MatrixColumn(ResponseModel):
    """A column of a matrix."""

    product_id: UUID
    """The id of the product."""
    product_name: str = Field(examples=["Calm Cream"])
    """The name of the product."""
    market: str = Field(examples=["GB"])
    """The market."""


class MatrixCell(ResponseModel):
    """The claim that holds for the text of a row in a column."""

    status: HeldStatus
    """Whether the statement may, must not or must be made. `none`: no claim says so, or an override blocks it."""
    source: Literal["brand", "product", "ingredient", "override"] | None = None
    """The level of the claim, or `override`; null where no claim has the text."""
    level: Level | None = None
    """The subject of the claim; null where no claim has the text."""
    is_master: bool = False
    """Whether it is a global claim, or takes the place of one."""
    claim_id: UUID | None = None
    """The id of the claim that holds."""
    override_id: UUID | None = None
    """The id of the override that decided; null for none."""


class MatrixRow(ResponseModel):
    """A row of a matrix. A replaced claim stays in the row of its master."""

    text: str = Field(examples=["Kind to skin"])
    """The text in the language asked for, if the claim has it; else the original."""
    cells: list[MatrixCell]
    """A cell for each column, in their order."""


class MatrixPage(Page[MatrixRow]):
    """A page of a matrix: of its rows, and of its columns."""

    columns: list[MatrixColumn]
    """The columns of this page."""
    total_columns: int = Field(ge=0, examples=[40])
    """How many columns the matrix has."""
    summary: dict[str, int] = Field(examples=[{"allowed": 210, "disallowed": 12, "none": 178}])
    """How many cells of this page have each status."""


class _MatrixQuery(ListQuery, TableOptions):
    at: Instant | None = None
    """The time; now if you leave it out."""
    q: SearchText | None = None
    """A part of the original text."""
    level: list[Level] = Field(default_factory=list, max_length=3)
    """Rows that have a claim of one of these levels."""
    status: list[HeldStatus] = Field(default_factory=list, max_length=4)
    """Rows with one of these statuses in a column of the page; `none`: an override blocks it there."""
    language: Language | None = None
    """The language of the texts."""
    format: AnswerFormat | None = None
    """The format; without it, `Accept` chooses, and JSON is the default. Files have all rows, at most 2,000."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function."""
        named = super().arguments(q="query", level="levels", status="statuses", **renamed)
        return {name: value for name, value in named.items() if name != "format" and name not in OPTIONS}


class MatrixQuery(_MatrixQuery):
    """A matrix of texts and products in a market: of a claim brand, or of all that a brand is linked to."""

    market: Market
    """The market; all countries together are none."""
    claim_brand_id: UUID | None = None
    """The claim brand. One of `claimBrandId` and `brandId` is required."""
    brand_id: UUID | None = None
    """The brand."""
    product_q: SearchText | None = None
    """A part of the names of the products."""
    column_page: int = Field(default=1, ge=1, le=100_000)
    """The number of the page of columns, from 1."""
    column_page_size: int = Field(default=20, ge=1, le=MAX_COLUMNS)
    """How many columns a page has at most."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function."""
        named = super().arguments(product_q="product_query", **renamed)
        named.pop("column_page")
        size = named.pop("column_page_size")
        return named | {"column_offset": (self.column_page - 1) * size, "column_size": size}


class MarketMatrixQuery(_MatrixQuery):
    """A matrix of the texts of a product and markets."""

    market: Annotated[list[Market], Field(min_length=1, max_length=MAX_COLUMNS)]
    """The markets, 1 to 50, in the order of the columns; may be repeated."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function."""
        named = super().arguments(market="markets", **renamed)
        return named | {"markets": list(dict.fromkeys(self.market))}
