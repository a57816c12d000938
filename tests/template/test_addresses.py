"""Fields of e-mail addresses and URLs, as the database checks them."""

import pytest
from psycopg.types.json import Jsonb

from tests.support.cases import cases
from tests.support.world import World

pytestmark = pytest.mark.anyio

# Which only the reader of addresses knows: other kinds of labels, and characters that no form checks.
UNKNOWN = (
    *("a@b.c_d", "a@b_c.com", "a@1.2.3.4", "a@b.123", "a@xn--zz.com", "a(b)@c.com", "a,b@c.com", "a@b;c.com"),
    *("a@b,c.com", "a@[1.2.3.4]", "mailto:emil@aurora.test", "a@" + ".".join(["b" * 60] * 5)),
)
# As the database sees them: without white space around them, in ASCII.
EMAILS = [
    case
    for case in cases("emails")
    if case["text"].isascii() and case["text"].isprintable() and case["text"] == case["text"].strip()
    if case["text"] not in UNKNOWN
]


def problem(world: World, kind: str, value: str) -> str | None:
    rows = world.rows(
        "select private.format_problem(%s, %s, 'full') ->> 'message' as found", Jsonb({"type": kind}), Jsonb(value)
    )
    return rows[0]["found"]


async def test_addresses_of_fields(world: World) -> None:
    assert len(EMAILS) > 15
    for case in EMAILS:
        assert (problem(world, "email", case["text"]) is None) == (case["new"] is not None), case


async def test_urls_of_fields(world: World) -> None:
    for url in ("https://example.com", "HTTPS://EXAMPLE.com/Path", "Https://a.b.c/d?e#f"):
        assert problem(world, "url", url) is None, url
    for url in ("http://example.com", "https://example", "javascript:x", "https://a b.c", "httpss://a.b"):
        assert problem(world, "url", url) == "must be an https address", url
