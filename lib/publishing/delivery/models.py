"""Published contents as websites get them."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints
from pydantic.alias_generators import to_camel

from lib.core.data.reading import Parts
from lib.core.http.models import QueryModel, ResponseModel, StorableText
from lib.core.http.selection import MAX_NAMES, FieldNames

# The fields that lists have only where they are selected.
TEXTS = frozenset({"body", "fields", "claims"})
PAGE_SIZE: Final = 20


class DeliveredWriting(ResponseModel):
    """A value of a published content that a model wrote."""

    name: str = Field(examples=["fields.headline"])
    """The value: `fields.` with the id of the field, or `metadata.` with its name."""
    is_edited: bool
    """Whether a person changed it since."""
    written_at: AwareDatetime
    """When the model wrote it."""


class DeliveredProvenance(ResponseModel):
    """The share of AI in a published content, as far as it was written here (docs/delivery.md)."""

    ai_assisted: bool
    """Whether a model wrote a value that is delivered, also where a person has changed it since."""
    fields: list[DeliveredWriting]
    """The values that a model wrote."""
    human_reviewed: bool | None
    """Whether a person approved the text before it was published; null where no model wrote any of it."""
    system_names: list[str] = Field(examples=[["gpt-4o-mini"]])
    """The models, where the brand names them; else empty."""
    digital_source_type: str | None = Field(
        examples=["http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"]
    )
    """The IPTC digital source type: `trainedAlgorithmicMedia` where models wrote all texts but the title and nobody
    changed them, `compositeWithTrainedAlgorithmicMedia` where people wrote or changed some; null where no model wrote
    any."""


class DeliveredHead(ResponseModel):
    """A published content as a website lists it: no people, no brief, no text."""

    id: UUID
    """The id of the content."""
    type: str = Field(examples=["article"])
    """The type of content."""
    slug: str = Field(examples=["what-cold-wind-does-to-skin"])
    """The end of the address, unique in the brand."""
    title: str = Field(examples=["What cold wind does to skin"])
    """The title."""
    excerpt: str = Field(examples=["Why skin feels tight in winter."])
    """A summary; empty without one."""
    metadata: dict[str, Any] = Field(examples=[{"metaTitle": "Cold wind and skin"}])
    """The values that search engines and cards show: metaTitle, metaDescription, keywords, ogImage, canonicalUrl."""
    tags: list[str] = Field(examples=[["winter"]])
    """The tags."""
    categories: list[str] = Field(examples=[["skin care"]])
    """The categories."""
    version: int = Field(ge=1)
    """The version that is published."""
    published_at: AwareDatetime
    """When the content was published."""
    expires_at: AwareDatetime | None
    """When the content is no longer delivered; null for never."""
    updated_at: AwareDatetime
    """When the content was changed last."""
    provenance: DeliveredProvenance
    """The share of AI in it."""


class DeliveredEvidence(ResponseModel):
    """A document that substantiated a claim when the content was published."""

    id: UUID
    """The id of the document."""
    title: str = Field(examples=["Hydration study 12/2025"])
    """Its title."""
    kind: str | None = Field(default=None, examples=["study"])
    """Its kind."""
    reference_number: str | None = Field(default=None, examples=["ID-2025-0012"])
    """Its number."""
    expires_on: date | None = None
    """The first day on which it no longer counts; null for never."""


class DeliveredClaim(ResponseModel):
    """A sentence of a published content that makes a claim."""

    market: str = Field(examples=["GB"])
    """The market in which it was checked."""
    sentence: str = Field(examples=["It soothes dry skin."])
    """The sentence."""
    claim_id: UUID
    """The id of the claim."""
    claim_version: int = Field(ge=1)
    """The version of the claim at publication."""
    claim_text: str = Field(examples=["Soothes dry skin"])
    """Its text at publication."""
    status: Literal["allowed", "conditional", "disallowed"]
    """The verdict at publication; `disallowed` only where the brand accepted it with a reason."""
    evidence: Annotated[list[DeliveredEvidence], Parts]
    """The evidence that counted at publication."""


class Delivered(DeliveredHead):
    """A published content with its texts."""

    body: str = Field(examples=["<p>Cold air holds <strong>little water</strong>.</p>"])
    """The text as HTML, reduced to the allow-list."""
    fields: dict[str, Any] = Field(examples=[{"headline": "What cold wind does to skin"}])
    """Values by the id of the template's field; of a template, the output fields only."""
    claims: Annotated[list[DeliveredClaim], Parts] | None = None
    """The claims that the content makes, as they were at publication; null where the brand does not deliver them."""


class DeliveringBrand(ResponseModel):
    """The brand that delivers."""

    id: UUID
    """The id of the brand."""
    name: str = Field(examples=["Aurora Skincare"])
    """The name of the brand."""
    slug: str = Field(examples=["aurora-skincare"])
    """The slug of the brand."""
    language: str | None = Field(examples=["en"])
    """The language of its contents as ISO 639-1 code."""
    logo: str | None = None
    """The address of its logo."""
    site_url: str | None = None
    """The page of its website that feeds belong to."""
    url_pattern: str | None = None
    """The address of a content on its website."""


class ListedAddress(ResponseModel):
    """A published content as a sitemap lists it."""

    id: UUID
    """The id of the content."""
    type: str
    """The type of content."""
    slug: str
    """The end of the address."""
    updated_at: AwareDatetime
    """When the content was changed or published last."""
    canonical_url: str | None
    """The address that its editor gave it."""


class DeliveryQuery(QueryModel):
    """Which published contents to list."""

    type: str | None = Field(default=None, pattern=r"^[a-z_]{1,50}$")
    """Contents of this type. Without it: of all types."""
    tag: Annotated[StorableText, StringConstraints(min_length=1, max_length=50)] | None = None
    """Contents with this tag."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """The `nextCursor` of the page before, under the same filters."""
    page_size: int = Field(default=PAGE_SIZE, ge=1, le=100)
    """How many contents a page has, 1 to 100. A page of long texts may have fewer and still have a `nextCursor`."""
    fields: FieldNames = Field(default_factory=list, max_length=MAX_NAMES, examples=[["slug", "title", "body"]])
    """The fields of each content to answer with, separated by commas, `body`, `fields` and `claims` among them if
    named; `id` is always there. Others are left out, also those that the schema requires. Without it: all but these
    three."""

    def parameters(self, *, cursor: str | None = None) -> list[tuple[str, str]]:
        """Returns the parameters that are not at their defaults, each with one spelling, and with this cursor."""
        names = [to_camel(name) for name in Delivered.model_fields]
        wanted = set(self.fields) - ({"id"} if len(set(self.fields)) > 1 else set())
        fields = [name for name in names if name in wanted] + sorted(wanted.difference(names))
        every = (
            ("type", self.type),
            ("tag", self.tag),
            ("fields", ",".join(fields)),
            ("cursor", cursor),
            ("pageSize", str(self.page_size) if self.page_size != PAGE_SIZE else None),
        )
        return [(name, value) for name, value in every if value]

    @property
    def has_texts(self) -> bool:
        """Whether the texts are selected."""
        return not TEXTS.isdisjoint(self.fields)
