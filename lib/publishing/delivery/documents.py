"""Delivery in other forms than JSON. Each answer takes one call of the database.

The forms are imported when one is asked for, since most instances answer JSON only.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from lib.core.data.reading import read_row, read_rows
from lib.core.http.heavy import run_heavy
from lib.core.security.html import spelt_as_html
from lib.publishing.delivery import repository
from lib.publishing.delivery.answers import Delivery, cleaned, etag_of, shaped
from lib.publishing.delivery.caching import brand_tag, content_tag, edge_times, list_tag
from lib.publishing.delivery.headers import JSON_LD, about
from lib.publishing.delivery.models import Delivered, DeliveredHead, DeliveringBrand, DeliveryQuery, ListedAddress

type FileName = Literal["llms.txt", "llms-full.txt", "sitemap.xml", "feed.rss", "feed.atom", "feed.json"]
FILE_TYPES: Final[dict[FileName, str]] = {
    "llms.txt": "text/plain",
    "llms-full.txt": "text/plain",
    "sitemap.xml": "application/xml",
    "feed.rss": "application/rss+xml",
    "feed.atom": "application/atom+xml",
    "feed.json": "application/feed+json",
}
FEED_ENTRIES: Final = 50
LLMS_ENTRIES: Final = 100
# Below what a function may answer with on the platform, 4.5 MB.
MAX_BYTES: Final = 4_000_000
# Characters that are written in a few milliseconds.
SHORT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Document:
    """An answer that is no JSON of ours."""

    content: bytes
    media_type: str


async def deliver_document(
    *, brand_slug: str, content_slug: str, key: str | None, media_type: str
) -> tuple[Delivery[Document], dict[str, str]]:
    """Returns a published content as JSON-LD or Markdown, and the headers about it. Raises NotFound."""
    from lib.publishing.delivery.formats import documents

    answer = await repository.fetch_one(brand_slug=brand_slug, content_slug=content_slug, key=key)
    edge = edge_times(answer)
    etag = etag_of(answer, media_type)
    brand = read_row(DeliveringBrand, answer["brand"])
    [item] = await cleaned([answer["item"]], str(brand.id))
    content = read_row(Delivered, spelt_as_html(item), shape=shaped)
    write = documents.as_json_ld if media_type == JSON_LD else documents.as_markdown
    # Short texts take no turn: many addresses of a brand are asked for at once.
    is_short = len(content.body) + len(str(content.fields)) < SHORT
    text = (
        write(brand, content) if is_short else await run_heavy(write, brand, content, caller=f"delivery of {brand.id}")
    )
    delivery = Delivery(
        data=Document(text.encode(), media_type),
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), content_tag(content.id)),
        etag=etag,
        edge=edge,
    )
    return delivery, about(brand, content)


async def deliver_file(*, brand_slug: str, key: str | None, name: FileName) -> Delivery[Document]:
    """Returns a feed or a list of a brand. Raises NotFound for a brand that delivers nothing to this caller."""
    if name == "sitemap.xml":
        return await deliver_sitemap(brand_slug=brand_slug, key=key, page=None)
    has_texts = name != "llms.txt"
    size = FEED_ENTRIES if name.startswith("feed.") else LLMS_ENTRIES
    query = DeliveryQuery(page_size=size, fields=["body"] if has_texts else [])
    answer = await repository.fetch_list(brand_slug=brand_slug, key=key, query=query, cursor=None)
    edge = edge_times(answer)
    etag = etag_of(answer, name)
    brand = read_row(DeliveringBrand, answer["brand"])
    is_cut = bool(answer["is_cut"])
    items = list(map(spelt_as_html, await cleaned(answer["items"], str(brand.id))))
    contents = read_rows(Delivered, items, shape=shaped) if has_texts else []
    heads = [] if has_texts else read_rows(DeliveredHead, items, shape=shaped)
    write = partial(_write, name, brand, contents, heads, is_cut=is_cut)
    content = await run_heavy(write, caller=f"delivery of {brand.id}")
    return Delivery(
        data=Document(content, FILE_TYPES[name]),
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), list_tag(brand.id)),
        etag=etag,
        edge=edge,
    )


def _write(
    name: FileName,
    brand: DeliveringBrand,
    contents: list[Delivered],
    heads: list[DeliveredHead],
    *,
    is_cut: bool,
) -> bytes:
    from lib.publishing.delivery.formats import documents, feeds

    match name:
        case "feed.rss":
            written = feeds.as_rss(brand, contents)
        case "feed.atom":
            written = feeds.as_atom(brand, contents)
        case "feed.json":
            written = feeds.as_json_feed(brand, contents)
        case "llms-full.txt":
            written = documents.llms_full_text(brand, contents, is_cut=is_cut).encode()
        case _:
            return documents.llms_text(brand, heads, is_cut=is_cut).encode()
    # Escaping may make a text several times as long.
    if len(written) > MAX_BYTES and len(contents) > 1:
        return _write(name, brand, contents[: len(contents) // 2], heads, is_cut=True)
    return written


async def deliver_sitemap(*, brand_slug: str, key: str | None, page: int | None) -> Delivery[Document]:
    """Returns a page of the sitemap of a brand; without a page the only one, or the list of several.

    Raises NotFound as ``deliver_file`` does, and for a page that has nothing.
    """
    from lib.publishing.delivery.formats import sitemaps

    answer = await repository.fetch_sitemap(brand_slug=brand_slug, key=key, page=page)
    edge = edge_times(answer)
    etag = etag_of(answer, "sitemap")
    brand = read_row(DeliveringBrand, answer["brand"])
    if answer["pages"] > 1:
        content = sitemaps.as_index(brand, int(answer["pages"]))
    else:
        rows = read_rows(ListedAddress, answer["items"])
        content = await run_heavy(sitemaps.as_sitemap, brand, rows, caller=f"delivery of {brand.id}")
    return Delivery(
        data=Document(content, FILE_TYPES["sitemap.xml"]),
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), list_tag(brand.id)),
        etag=etag,
        edge=edge,
    )
