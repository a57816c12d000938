"""Every answer that the edge keeps has one address, and each other spelling of it leads there at once."""

from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from lib.core.http.canonical import MovedPermanently, address_of, require_canonical
from lib.publishing.delivery import DeliveryQuery

PATH = "/api/v1/delivery/aurora/contents"
QUERIES = st.builds(
    DeliveryQuery,
    type=st.none() | st.just("article"),
    tag=st.none() | st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable()),
    cursor=st.none() | st.just("abc"),
    page_size=st.sampled_from([1, 20, 100]),
    fields=st.lists(st.sampled_from(["id", "slug", "title", "body", "nothing"]), max_size=4),
)


def request(query: str, raw_path: str = PATH) -> Request:
    scope: dict[str, Any] = {"type": "http", "query_string": query.encode(), "raw_path": raw_path.encode()}
    return Request(scope)


def location(query: str, parameters: list[tuple[str, str]], raw_path: str = PATH) -> str | None:
    try:
        require_canonical(request(query, raw_path), PATH, parameters)
    except MovedPermanently as moved:
        return moved.location
    return None


@given(QUERIES)
def test_the_canonical_address_is_not_redirected_however_the_platform_escapes(query: DeliveryQuery) -> None:
    parameters = query.parameters(cursor=query.cursor)
    for way in (quote, quote_plus):
        for safe in ("", ",", "!'()*,/:@"):
            assert location(urlencode(parameters, quote_via=way, safe=safe), parameters) is None
    address = address_of(PATH, parameters)
    assert address.partition("?")[2] == urlencode(parameters)


@pytest.mark.parametrize(
    "query",
    [
        "&",
        "&&tag=a&type=b",
        "type=b&tag=a&",
        "tag=a&type=b",
        "type=b&tag=a&pageSize=20",
        "type=b&tag=a&pageSize=",
        "type=b&tag=a&tag=a",
        "type=b&tag=%61",
        "typ%65=b&tag=a",
        "type=b&tag=a&path=x",
        "type=b&tag=a&fields=",
        "TYPE=b&tag=a",
        "type=b&tag=a%2D",
        "",
    ],
)
def test_another_spelling_is_redirected(query: str) -> None:
    parameters = [("type", "b"), ("tag", "a")]
    assert location(query, parameters) == f"{PATH}?type=b&tag=a"


def test_an_escaped_path_is_redirected() -> None:
    assert location("", [], "/api/v1/delivery/%61urora/contents") == PATH


def test_a_selection_has_one_spelling() -> None:
    for fields in (["title", "slug"], ["slug", "title", "slug"], ["id", "title", "slug"]):
        assert DeliveryQuery(fields=fields).parameters() == [("fields", "slug,title")]
    assert DeliveryQuery(fields=["id"]).parameters() == [("fields", "id")]
    assert DeliveryQuery(page_size=20).parameters() == []
