"""Settings, poison and helpers of the tests of the forms of delivery."""

from typing import Any

from tests.support.world import Brand, World

FILES = ("llms.txt", "llms-full.txt", "sitemap.xml", "feed.rss", "feed.atom", "feed.json")
PATTERN = "https://www.example.com/{type}/{slug}"
SITE = "https://www.example.com/journal"
# Ends of elements, comments, sections and documents of every form, and characters that XML and YAML cannot hold.
POISON = (
    "]]></content>&lt;script&gt;</script><!-- --> ]]> & &amp; \"quoted\" 'x' --- # ... {{x}} ${x} `x` *x*"
    " [x](javascript:1) \x01\x08\x0b\x1b\x7f\x85\u2028\u2029\ufeff\ufffe\uffff 😀 title: x\nprovenance: none\r\n---\n"
)


def slug_of(world: World, brand: Brand) -> str:
    return world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]


async def configure(brand: Brand, mode: str = "public", **settings: Any) -> dict[str, Any]:
    response = await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": mode} | settings)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def publish(brand: Brand, content_id: str) -> None:
    for person, step in ((brand.editor, "submit"), (brand.viewer, "approve"), (brand.admin, "publish")):
        response = await person.post(f"/contents/{content_id}/{step}")
        assert response.status_code == 200, response.text


def plant(world: World, content_id: str) -> None:
    """Writes poison into every text of a content, past the functions."""
    world.rows(
        """
        update public.contents set
          template_id = null, template_version = null, body = poison.text, excerpt = poison.text,
          tags = array[poison.short],
          categories = array[poison.short],
          title = translate(poison.short, '<>', ''), fields = jsonb_build_object('headline', poison.text),
          metadata = jsonb_build_object('metaDescription', poison.short, 'keywords', jsonb_build_array('k'),
            'canonicalUrl', 'https://www.example.com/a?b=1&c=''2''&d=]]')
        from (values (%s::text, %s::text)) as poison (text, short)
        where contents.id = %s returning contents.id
        """,
        POISON,
        "\"'&]]-- title: x #",
        content_id,
    )
