"""Elements that an allow-list lacks are written as others: no word runs into the next, and none is lost."""

import html
import itertools
import json
import re
import time
from pathlib import Path
from typing import Any, Final

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.security.elements import ALL_ELEMENTS, RichElements
from lib.core.security.html import ALLOWED_TAGS, RICH_TAGS, depends_on_elements, removals_of, sanitize_html
from tests.support.xss import VECTORS, executed

CASES: Final = json.loads((Path(__file__).parents[2] / "cases" / "pasted_blocks.json").read_text())
NOTHING: Final[frozenset[RichElements]] = frozenset()
ELEMENTS = st.sets(st.sampled_from(sorted(ALL_ELEMENTS))).map(frozenset)

# Elements that editors write, and what surprises parsers, with their attributes.
_BLOCKS: Final = (
    *("p", "div", "ul", "ol", "li", "table", "tr", "td", "th", "thead", "caption", "h1", "h2", "h3", "h5"),
    *("blockquote", "pre", "section", "figure", "figcaption", "dl", "dt", "dd", "form", "option", "details"),
)
_INLINE: Final = ("b", "i", "strong", "em", "u", "a", "span", "font", "label", "sup", "x-cell", "o:p")
_ATTRIBUTES: Final = {
    "a": ' href="https://x.test/?a=1&b"',
    "span": ' style="font-weight:700"',
    "b": ' style="font-weight:normal"',
    "td": " colspan=2",
    "p": " class='x>y'",
}
_TAGS: Final = st.sampled_from(
    [
        *(f"<{name}>" for name in (*_BLOCKS, *_INLINE)),
        *(f"</{name}>" for name in (*_BLOCKS, *_INLINE)),
        *(f"<{name}{written}>" for name, written in _ATTRIBUTES.items()),
        *("<br>", "<hr>", "<img src=https://x.test/i.png alt='q\"'>", "<image src=a.png>", "<wbr>", "<!-- c -->"),
    ]
)
_TEXTS: Final = st.one_of(
    st.sampled_from(["One", "Two ", " three", "&amp;", "&nbsp;", "\n", "<", " > ", "&lt;b>", "é", "&#0;"]),
    st.text(max_size=3),
)
PASTED = st.lists(st.one_of(_TAGS, _TEXTS), max_size=14).map("".join)


def letters(markup: str) -> str:
    """The text of HTML without white space, by a parser that keeps no tag."""
    return re.sub(r"\s+", "", html.unescape(nh3.clean(markup, tags=set())))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_pasted_text(case: dict[str, str]) -> None:
    assert sanitize_html(case["html"]) == case["basic"]
    assert sanitize_html(case["html"], elements=ALL_ELEMENTS) == case["rich"]
    # The cases are of the fast way too, which long texts do not take.
    assert sanitize_html(case["basic"]) == case["basic"]
    assert sanitize_html(case["rich"], elements=ALL_ELEMENTS) == case["rich"]


def test_the_table_has_every_block() -> None:
    written = "".join(case["html"] for case in CASES)
    for name in ("ul", "ol", "li", "div", "table", "td", "th", "caption", "h1", "h6", "blockquote", "pre", "figure"):
        assert f"<{name}" in written


@settings(max_examples=1500, deadline=None)
@given(PASTED, ELEMENTS)
def test_sanitising_twice_is_sanitising_once(pasted: str, elements: frozenset[RichElements]) -> None:
    once = sanitize_html(pasted, elements=elements)
    assert sanitize_html(once, elements=elements) == once


@settings(max_examples=1500, deadline=None)
@given(PASTED, ELEMENTS)
def test_no_text_is_lost(pasted: str, elements: frozenset[RichElements]) -> None:
    """The model is a parser that removes all tags. It puts the text of broken tables elsewhere."""
    expected, found = letters(pasted), letters(sanitize_html(pasted, elements=elements))
    assert sorted(found) == sorted(expected)
    if "<table" not in pasted:
        assert found == expected


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([name for name in _BLOCKS if name not in ("table", "tr", "thead")]), min_size=1, max_size=4
    ),
    ELEMENTS,
)
def test_words_of_two_blocks_stay_two(path: list[str], elements: frozenset[RichElements]) -> None:
    """The second block follows the first at any depth."""
    for depth in range(len(path)):
        begin = "".join(f"<{name}>" for name in path)
        again = "".join(f"</{name}>" for name in reversed(path[depth:])) + "".join(f"<{name}>" for name in path[depth:])
        clean = sanitize_html(f"{begin}One{again}Two", elements=elements)
        text = re.sub(r"<[^>]*>", lambda tag: " " if re.match(r"</?(strong|em|u|a)\b", tag[0]) is None else "", clean)
        assert text.split() == ["One", "Two"], clean


def test_cells_stay_apart_in_every_shape() -> None:
    for before, after in itertools.product(("", "<table>", "<table><tr>", "<div>"), ("", "</tr></table>", "</div>")):
        for between in ("</td><td>", "<td>", "</th><td>", "</td></tr><tr><td>", "<tr><td>"):
            for elements in (NOTHING, ALL_ELEMENTS):
                clean = sanitize_html(f"{before}<td>One{between}Two{after}", elements=elements)
                assert re.sub(r"<[^>]*>", " ", clean).split() == ["One", "Two"], clean


@settings(max_examples=500, deadline=None)
@given(PASTED, ELEMENTS)
def test_only_what_is_taken_is_left(pasted: str, elements: frozenset[RichElements]) -> None:
    clean = sanitize_html(pasted, elements=elements)
    taken = ALLOWED_TAGS.union(*(RICH_TAGS[each] for each in elements))
    assert set(re.findall(r"</?([a-z][^\s/>]*)", clean)) <= taken
    for source in re.findall(r'<img[^>]* src="([^"]*)"', clean):
        assert source.startswith("https://")


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_executes_with_all_elements(vector: str) -> None:
    clean = sanitize_html(vector, elements=ALL_ELEMENTS)
    assert executed(clean, taken=("img",)) == []
    assert (
        executed(sanitize_html(f"<ul><li>{vector}<table><tr><td>{vector}", elements=ALL_ELEMENTS), taken=("img",)) == []
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(VECTORS), _TAGS, _TEXTS), max_size=6).map("".join), ELEMENTS)
def test_nothing_executes_put_together(pasted: str, elements: frozenset[RichElements]) -> None:
    taken = ("img",) if "images" in elements else ()
    assert executed(sanitize_html(pasted, elements=elements), taken=taken) == []


@pytest.mark.parametrize(
    "source",
    [
        *("http://x.test/a.png", "data:image/png;base64,AAAA", "//x.test/a.png", "/a.png", "a.png", "", "javascript:x"),
        *("http://track.test/p.png", "/api/v1/auth/logout", "http://x.test/a.svg"),
        *(" https://x.test/a.png", "mailto:a@x.test", "https:/\\x", "HTTPS//x.test"),
    ],
)
def test_images_come_by_https_only(source: str) -> None:
    for name in ("img", "IMG", "image", "Image"):
        written = f'<p>a<{name} src="{source}" alt="b"></p>'
        assert depends_on_elements(written)
        clean = sanitize_html(written, elements=frozenset({"images"}))
        assert clean == "<p>a</p>" or re.search(r'src="https:/', clean), clean
        for address in re.findall(r'src="([^"]*)"', clean):
            assert address.lower().startswith("https://")


def test_an_image_has_two_names() -> None:
    written = '<image src="https://x.test/a.png" alt="A" onload=alert(1)>'
    clean = sanitize_html(written, elements=frozenset({"images"}))
    assert clean == '<img src="https://x.test/a.png" alt="A" loading="lazy">'
    assert sanitize_html(f"<p>a{written}</p>") == "<p>a</p>"


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("<textarea><td>a</td></textarea>", "&lt;td&gt;a&lt;/td&gt;"),
        ("<title><tr>a</title>", "&lt;tr&gt;a"),
        ("<plaintext><td>a</plaintext><td>", "&lt;td&gt;a&lt;/plaintext&gt;&lt;td&gt;"),
        (
            '<a href="https://x.test/?q=<td>">a</a><td>b',
            '<a href="https://x.test/?q=&lt;td&gt;" rel="noopener noreferrer">a</a> b',
        ),
        ("<p title='<table>'>a</p><td>b</td>", "<p>a</p><p>b</p>"),
        ("<!-- <td> -->a<td>b</td>", "a b"),
        ("<td title='>'>a</td><td>b</td>", "a b"),
    ],
)
@pytest.mark.parametrize("elements", [NOTHING, frozenset[RichElements]({"lists"})])
def test_only_tags_are_cells(pasted: str, expected: str, elements: frozenset[RichElements]) -> None:
    """A tag of a cell within a text or a value is neither shown as another element nor added to a link."""
    assert sanitize_html(pasted, elements=elements) == expected
    assert sanitize_html(expected, elements=elements) == expected


def test_images_keep_their_alternative_and_no_more() -> None:
    given_html = (
        '<img src="https://x.test/a.png" alt="A &quot;b&quot;" title="t" srcset="x 2x" sizes="1" loading="eager">'
    )
    assert sanitize_html(given_html, elements=frozenset({"images"})) == (
        '<img src="https://x.test/a.png" alt="A &quot;b&quot;" loading="lazy">'
    )


@settings(max_examples=600, deadline=None)
@given(PASTED, st.sets(st.sampled_from(sorted(ALLOWED_TAGS.union(*RICH_TAGS.values())))))
def test_narrowed_tags_are_kept_once_and_for_all(pasted: str, tags: set[str]) -> None:
    once = sanitize_html(pasted, tags=tags, elements=ALL_ELEMENTS)
    assert set(re.findall(r"</?([a-z][^\s/>]*)", once)) <= tags
    assert sorted(letters(once)) == sorted(letters(pasted))
    assert sanitize_html(once, tags=tags, elements=ALL_ELEMENTS) == once


@pytest.mark.parametrize(
    ("pasted", "tags", "expected"),
    [
        ("<div><br></div>", ["strong"], ""),
        ("<div><br></div>", ["a", "strong", "em"], ""),
        ("<h2><br></h2>", [], ""),
        ("<h2><b><br></b></h2>", ["strong"], ""),
        ("<pre>\n\n\nOne\n</pre>", ["p"], "<p>One</p>"),
        ("<br><caption></p>", ["p"], ""),
        ("<div><br></div><div>One<br></div><div><br>Two</div>", ["strong"], "One Two"),
    ],
)
def test_a_break_that_is_not_kept_makes_no_line(pasted: str, tags: list[str], expected: str) -> None:
    assert sanitize_html(pasted, tags=tags) == expected


def test_narrowed_tags_keep_words_apart() -> None:
    pasted = "<p>One</p><ul><li>Two</li></ul><div><b>Three</b></div>"
    assert sanitize_html(pasted, tags=["br", "strong"]) == "One<br>Two<br><strong>Three</strong>"
    assert sanitize_html(pasted, tags=["strong"]) == "One Two <strong>Three</strong>"
    assert sanitize_html("<p>One</p><p>Two</p>", tags=[]) == "One Two"


# Texts of 200 kB that are long to read: flat, nested, in rows, with emphasis that crosses lines.
_LONG: Final = {
    "lines": "<div>one <b>two</b></div>" * 8000,
    "items": "<ul><li>one" * 18_000,
    "flat items": f"<ul>{'<li>one</li>' * 16_000}</ul>",
    "cells": f"<table>{'<tr><td>one</td><td>two</td></tr>' * 6000}</table>",
    "open cells": "<table>" + "<tr><td>one<td>two" * 11_000,
    "spans": '<span style="font-weight:700">a</span>' * 5200,
    "open emphasis": "<b>one<div>two</div>" * 10_000,
    "crossed": "<b><i>one</b></i>" * 12_000,
    "lines of code": f"<pre>{chr(10).join('one' for _ in range(50_000))}</pre>",
    "images": "<img src=https://x.test/a.png>" * 6600,
}


@pytest.mark.parametrize("name", _LONG)
@pytest.mark.parametrize("elements", [NOTHING, ALL_ELEMENTS])
def test_the_time_is_linear_in_the_text(name: str, elements: frozenset[RichElements]) -> None:
    """Four times the text takes about four times the time; with the square of the length it would be sixteen times."""

    def seconds(text: str) -> float:
        taken: list[float] = []
        for _ in range(3):
            start = time.process_time()
            sanitize_html(text, elements=elements)
            taken.append(time.process_time() - start)
        return min(taken)

    text = _LONG[name]
    quarter = text[: len(text) // 4]
    assert seconds(text) < 9 * max(seconds(quarter), 0.008)


REMOVALS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("<p>one</p>", {}),
    ("a < b && c > d", {}),
    ("<p>one &amp; two</p>", {}),
    ('<a href="https://x.test" target="_blank" rel="nofollow">x</a>', {}),
    ("<div>one</div><DIV>two</DIV>", {"elements": ("div",)}),
    ("<b>x</b><script>alert(1)</script>", {"elements": ("b", "script")}),
    ("Emil <emil@x.test>", {"elements": ("emil@x.test",)}),
    ("<!-- c --><p>x</p>", {"elements": ("!--",)}),
    ("<p style='color:red' onclick=x>a</p>", {"attributes": ("style", "onclick")}),
    ("<a href='javascript:alert(1)'>x</a>", {"links": ("javascript:alert(1)",)}),
    ("<a href=' java\tscript:alert(1)'>x</a>", {"links": (" java\tscript:alert(1)",)}),
    ("<a href=/relative title=t>x</a>", {"attributes": ("title",)}),
    ("<img src=x>", {"elements": ("img",)}),
]


@pytest.mark.parametrize(("text", "expected"), REMOVALS)
def test_what_was_removed_is_told(text: str, expected: dict[str, Any]) -> None:
    found = removals_of(text)
    assert (found.elements, found.attributes, found.links) == (
        expected.get("elements", ()),
        expected.get("attributes", ()),
        expected.get("links", ()),
    )


def test_what_is_told_is_bounded() -> None:
    many = "".join(f"<x{number}>" for number in range(1000)) + "".join(
        f"<p a{number}=1><a href='javascript:{'x' * 1000}{number}'>" for number in range(1000)
    )
    found = removals_of(many)
    assert (len(found.elements), len(found.attributes), len(found.links)) == (20, 20, 5)
    assert {len(link) for link in found.links} == {200}
    assert len(removals_of(f"<{'x' * 5000}>").elements[0]) == 50


@settings(max_examples=500, deadline=None)
@given(PASTED, ELEMENTS)
def test_nothing_is_told_of_what_is_clean(pasted: str, elements: frozenset[RichElements]) -> None:
    assert not removals_of(sanitize_html(pasted, elements=elements), elements=elements)


@settings(max_examples=500, deadline=None)
@given(PASTED, ELEMENTS)
def test_a_text_that_depends_on_no_element_is_the_same_everywhere(
    pasted: str, elements: frozenset[RichElements]
) -> None:
    if not depends_on_elements(pasted):
        assert sanitize_html(pasted, elements=elements) == sanitize_html(pasted)
