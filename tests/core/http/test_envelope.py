from hypothesis import given
from hypothesis import strategies as st

from lib.core.http.envelope import PageRequest, page_of


@given(total=st.integers(0, 5000), page=st.integers(1, 300), page_size=st.integers(1, 100))
def test_links_lead_through_every_item_once(total: int, page: int, page_size: int) -> None:
    answer = page_of([], total, PageRequest(page=page, page_size=page_size), "/x", {"status": "draft", "type": None})
    pagination, links = answer.pagination, answer.links
    assert (pagination.total_pages - 1) * page_size < max(total, 1) <= max(pagination.total_pages, 1) * page_size
    assert pagination.total_pages == 0 or total > 0
    assert (links.next is None) == (page >= pagination.total_pages)
    assert links.prev is None or f"page={page - 1}&" in links.prev
    assert page > 1 or links.prev is None
    assert "status=draft" in links.first
    assert "type" not in links.first


def test_an_empty_list_has_no_pages() -> None:
    answer = page_of([], 0, PageRequest(), "/x", {})
    assert answer.pagination.total_pages == 0
    assert answer.links.next is None
    assert answer.links.prev is None
