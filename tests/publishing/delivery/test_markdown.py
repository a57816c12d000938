"""Markdown of delivered HTML says what the HTML says, and nothing in a text becomes Markdown."""

import html

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lib.core.security.html import sanitize_html
from lib.publishing.delivery.formats import markdown
from lib.publishing.delivery.formats.documents import scalar

READER = MarkdownIt("commonmark", {"html": True})
TABLES = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def read_back(text: str, reader: MarkdownIt = READER) -> str:
    """The HTML of a reader of Markdown, without what is the same in other letters."""
    return normal(sanitize_html(reader.render(text)))


def normal(text: str) -> str:
    """HTML with one spelling: one space between words, none around blocks and breaks, paragraphs around all text."""
    text = text.replace("<br />", "<br>").replace("\n", " ")
    text = html.unescape(text.replace("&lt;", "\ue000").replace("&gt;", "\ue001").replace("&amp;", "\ue002"))
    text = " ".join(text.split())
    for edge in ("<br>", "<p>", "</p>"):
        text = edge.join(part.strip() for part in text.split(edge))
    return text


@pytest.mark.parametrize(
    "given_html",
    [
        "<p>Cold air holds <strong>little water</strong>.</p><p>So it <em>dries</em> skin.</p>",
        "<p>One<br>two<br>three</p>",
        "<p>A <u>line</u> under, <strong><em>both</em></strong> and <em>a</em><em>b</em><strong>c</strong>.</p>",
        '<p>Read <a href="https://example.com/a_(b)?x=1&amp;copy=2">this *one*</a> now</p>',
        '<p><a href="mailto:us@example.com">write</a></p>',
        "<p>in<em>side</em>words and <strong>«quoted»</strong>end</p>",
        "<p># no heading</p><p>- no list</p><p>1. no list</p><p>&gt; no quote</p><p>    no code</p><p>+ x</p>",
        "<p>a | b | c<br>--- | --- | ---<br>1 | 2 | 3</p>",
        "<p>*stars* _lines_ `code` [link](https://evil.test) ![x](y) ~~gone~~ \\ &amp;amp; &amp;copy; &lt;b&gt;</p>",
        "<p>```</p><p>~~~</p><p>===</p><p>---</p><p>* * *</p>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;!-- x --&gt; &lt;https://evil.test&gt;</p>",
        "<p><strong>a<br>b</strong></p>",
        "<p>snake_case_ <em>x_</em> 2*3*4</p>",
    ],
)
@pytest.mark.parametrize("reader", [READER, TABLES])
def test_what_is_read_back_is_what_was_written(given_html: str, reader: MarkdownIt) -> None:
    clean = sanitize_html(given_html)
    assert read_back(markdown.of_html(clean), reader) == normal(clean).replace("<p></p>", "")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab 1.#-+*_`[]()<>!|~&;\\\n:='\"x", max_size=40))
def test_no_plain_text_becomes_markup(text: str) -> None:
    rendered = READER.render(markdown.paragraphs(text))
    inner = rendered.replace("<p>", "").replace("</p>", "").replace("<br />", "")
    assert "<" not in inner, rendered
    assert html.unescape(inner).split() == text.split()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab 1.#-*_`[]()!|~&;\\x", max_size=30), st.sampled_from(["strong", "em", "u"]))
def test_no_html_of_the_allow_list_is_misread(text: str, tag: str) -> None:
    clean = sanitize_html(f"<p>a<{tag}>{html.escape(text)}</{tag}>b {html.escape(text)}</p>")
    rendered = READER.render(markdown.of_html(clean))
    assert rendered.count("<p>") == 1
    for word in ("<h", "<ul", "<ol", "<code", "<img", "<a ", "<hr", "<blockquote", "<pre"):
        assert word not in rendered, rendered


def test_links_lead_where_they_led_and_nowhere_else() -> None:
    for address in ("https://example.com/a b>c<d", "https://example.com/\\)](javascript:alert(1))", "https://x.test/)"):
        text = markdown.of_html(sanitize_html(f'<p><a href="{html.escape(address)}">x</a></p>'))
        tokens = [token for token in READER.parse(text)[1].children or [] if token.type == "link_open"]
        assert [str(token.attrs["href"]).partition(":")[0] for token in tokens] == ["https"], text


def test_deep_texts_lose_their_depth_and_no_word() -> None:
    """Each level would write its text once more."""
    text = markdown.of_html("<strong>a" * 20_000)
    assert text.count("a") == 20_000
    assert text.count("<strong>") + text.count("**") // 2 == 10
    assert markdown.of_html("<p>a</p>" * 20_000).count("a") == 20_000


def test_front_matter_is_yaml_whatever_a_title_holds() -> None:
    for text in (
        '"',
        "'",
        "---",
        "a: b",
        "\\",
        "#x",
        "\u2028\u2029\x85\x7f\ufeff",
        "😀",
        "<!--",
        "{}",
        "&a *a",
        "%",
        "yes",
    ):
        assert yaml.safe_load(f"title: {scalar(text)}") == {"title": text}
