"""Published contents for websites."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints
from pydantic.alias_generators import to_camel

from lib.core.data.reading import Parts
from lib.core.http.models import QueryModel, ResponseModel, StorableText
from lib.core.http.selection import MAX_NAMES, FieldNames
from lib.core.http.times import Day, Instant

# The fields that lists have only where they are selected.
TEXTS = frozenset({"body", "fields", "claims"})
PAGE_SIZE: Final = 20


# Parameters of lists, which GraphQL has as arguments.
DeliveredType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
DeliveredTag = Annotated[StorableText, StringConstraints(min_length=1, max_length=50)]


class DeliveredWriting(ResponseModel):
    """A value of a published content that a model wrote."""

    name: str = Field(examples=["fields.headline"])
    """The name of the value: `fields.` and the id of the field, or `metadata.` and its name."""
    is_edited: bool
    """Whether a person has changed it since."""
    written_at: Instant
    """When the model wrote it."""


class DeliveredProvenance(ResponseModel):
    """The share of AI in a published content, as far as it was written in MixerAI (docs/delivery.md)."""

    ai_assisted: bool
    """Whether a model wrote a delivered value, including values that people have changed since."""
    fields: list[DeliveredWriting]
    """The values that a model wrote."""
    human_reviewed: bool | None
    """Whether a person approved the text before publication; null if no model wrote any of it."""
    system_names: list[str] = Field(examples=[["gpt-4o-mini"]])
    """Names of the models, if the brand discloses them; else empty."""
    digital_source_type: str | None = Field(
        examples=["http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"]
    )
    """The IPTC digital source type. `trainedAlgorithmicMedia`: models wrote all texts except the title, and nobody
    changed them; `compositeWithTrainedAlgorithmicMedia`: people wrote or changed some of them. Null if no model wrote
    any."""


class DeliveredHead(ResponseModel):
    """A published content in a list, without people, brief and texts."""

    id: UUID
    """The id of the content."""
    type: str = Field(examples=["article"])
    """The type of content."""
    slug: str = Field(examples=["what-cold-wind-does-to-skin"])
    """The slug of the content, unique in the brand."""
    title: str = Field(examples=["What cold wind does to skin"])
    """The title."""
    excerpt: str = Field(examples=["Why skin feels tight in winter."])
    """The summary; empty if there is none."""
    metadata: dict[str, Any] = Field(examples=[{"metaTitle": "Cold wind and skin"}])
    """Values for search engines and link previews: metaTitle, metaDescription, keywords, ogImage, canonicalUrl."""
    tags: list[str] = Field(examples=[["winter"]])
    """The tags."""
    categories: list[str] = Field(examples=[["skin care"]])
    """The categories."""
    version: int = Field(ge=1)
    """The published version."""
    published_at: Instant
    """When the content was published."""
    expires_at: Instant | None
    """Time from which the content is no longer delivered; null: never."""
    updated_at: Instant
    """When the content was last changed."""
    plain_texts: list[str] = Field(default_factory=list, examples=[["fields.headline"]])
    """The paths of texts with `<` or `&` that are text as it was typed: `excerpt` and `fields.<id>`. Escape them in
    HTML, as the title, tags and metadata; other texts are HTML, or read alike."""
    provenance: DeliveredProvenance
    """The share of AI in the content."""


class DeliveredEvidence(ResponseModel):
    """A document that substantiated a claim when the content was published."""

    id: UUID
    """The id of the document."""
    title: str = Field(examples=["Hydration study 12/2025"])
    """The title of the document."""
    kind: str | None = Field(default=None, examples=["study"])
    """The kind of document."""
    reference_number: str | None = Field(default=None, examples=["ID-2025-0012"])
    """The reference number of the document."""
    expires_on: Day | None = None
    """The first day on which it is no longer valid; null: it does not expire."""


class DeliveredClaim(ResponseModel):
    """A sentence of a published content that makes a claim."""

    market: str = Field(examples=["GB"])
    """The market for which the sentence was checked."""
    sentence: str = Field(examples=["It soothes dry skin."])
    """The sentence."""
    claim_id: UUID
    """The id of the claim."""
    claim_version: int = Field(ge=1)
    """The version of the claim at publication."""
    claim_text: str = Field(examples=["Soothes dry skin"])
    """The text of the claim at publication."""
    status: Literal["allowed", "conditional", "disallowed"]
    """The verdict at publication. `disallowed` only if the brand accepted the violation with a reason."""
    evidence: Annotated[list[DeliveredEvidence], Parts]
    """The evidence that was valid at publication."""


class Delivered(DeliveredHead):
    """A published content with its texts."""

    body: str = Field(examples=["<p>Cold air holds <strong>little water</strong>.</p>"])
    """The text as HTML, restricted to the allow-list of elements and attributes."""
    fields: dict[str, Any] = Field(examples=[{"headline": "What cold wind does to skin"}])
    """Values by the id of the field in the template. Of a template, only output fields are delivered."""
    claims: Annotated[list[DeliveredClaim], Parts] | None = None
    """Claims that the content makes, as of publication; null if the brand does not deliver them."""


class DeliveringBrand(ResponseModel):
    """The brand of delivered contents."""

    id: UUID
    """The id of the brand."""
    name: str = Field(examples=["Aurora Skincare"])
    """The name of the brand."""
    slug: str = Field(examples=["aurora-skincare"])
    """The slug of the brand."""
    language: str | None = Field(examples=["en"])
    """The language of its contents as an ISO 639-1 code."""
    logo: str | None = None
    """The URL of its logo."""
    site_url: str | None = None
    """The URL of the website page that its feeds describe."""
    url_pattern: str | None = None
    """The pattern for URLs of contents on its website."""


class ListedAddress(ResponseModel):
    """A published content in a sitemap."""

    id: UUID
    """The id of the content."""
    type: str
    """The type of content."""
    slug: str
    """The slug of the content."""
    updated_at: Instant
    """When the content was last changed or published."""
    canonical_url: str | None
    """The canonical URL that its editor set."""


class DeliveryQuery(QueryModel):
    """Filters, page and fields of a list of published contents."""

    type: DeliveredType | None = None
    """Lists contents of this type. Without it: of all types."""
    tag: DeliveredTag | None = None
    """Lists contents with this tag."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """`nextCursor` of the previous page. Send the same filters with it."""
    page_size: int = Field(default=PAGE_SIZE, ge=1, le=100)
    """Contents in a page, 1 to 100. A page of long texts may have fewer and still have a `nextCursor`."""
    fields: FieldNames = Field(default_factory=list, max_length=MAX_NAMES, examples=[["slug", "title", "body"]])
    """Fields of each content to return, separated by commas. `id` is always returned; other fields are left out, also
    fields that the schema requires. Without it: all fields except `body`, `fields` and `claims`."""

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
