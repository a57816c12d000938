import re
import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.core.security.elements import ALL_ELEMENTS, RichElements
from lib.core.security.html import as_html, clean_value, is_markup, sanitize_html, spelt_as_html
from lib.core.texts import normalized
from tests.support.xss import VECTORS, executed

TAGS = {"p", "br", "strong", "em", "u", "a"}


def test_most_vectors_execute_without_sanitising() -> None:
    """Without sanitising, a browser would run nearly all vectors: the check can fail."""
    harmless = [vector for vector in VECTORS if not executed(vector)]
    assert len(VECTORS) > 80
    assert len(harmless) < 12, harmless


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_executable_survives(vector: str) -> None:
    clean = sanitize_html(vector)
    assert executed(clean) == []
    assert set(re.findall(r"<\s*/?\s*([a-zA-Z][^\s/>]*)", clean)) <= TAGS
    assert executed(clean_value({"a": vector})["a"]) == []
    assert executed(as_html(vector)) == []
    assert executed(as_html({"a": vector})["a"]) == []
    assert as_html({"answerHtml": vector}) == {"answerHtml": as_html(vector)}


@given(st.lists(st.sampled_from([*VECTORS, "<p>", "</p>", "<a href='", "'>", "text", "<", ">", '"']), max_size=6))
def test_nothing_executable_survives_put_together(parts: list[str]) -> None:
    assert executed(sanitize_html("".join(parts))) == []
    assert executed(clean_value({"a": "".join(parts)})["a"]) == []


MARKS = ["\u0338", "\u0323", "\u0327", "\u0301", "\u200d", "é"]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [*MARKS, *(f"&#{ord(mark)};" for mark in MARKS), *(f"&#x{ord(mark):x};" for mark in MARKS)]
            ),
            st.sampled_from(["<p>", "</p>", "<br>", "<a href='https://x.test/'>", "</a>", "<img src=https://x.test/>"]),
            st.sampled_from(["a", " onmouseover=alert(1) ", "=", "<", ">", "&lt;", "&gt;"]),
        ),
        max_size=12,
    ).map("".join)
)
@example("<p>&#803;&#824; onmouseover=alert(1) x=</p>")
def test_no_mark_breaks_a_tag_open(text: str) -> None:
    """NFC joins marks to the character before them, also to the end of a tag."""
    for elements in (frozenset[RichElements](), ALL_ELEMENTS):
        clean = as_html(text, elements=elements)
        assert executed(clean, taken=("img",)) == []
        assert clean.count("<") == sanitize_html(text, elements=elements).count("<") == clean.count(">")
        assert normalized(clean) == clean
        assert as_html(clean, elements=elements) == clean


def test_allowed_markup_survives() -> None:
    html = '<p>a <strong>b</strong> <em>c</em> <u>d</u><br><a href="https://x.test" target="_blank">e</a></p>'
    assert sanitize_html(html) == html.replace('target="_blank"', 'target="_blank" rel="noopener noreferrer"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<x y=">" onmouseover=alert(1)>', True),
        ("<x y='>' onmouseover=alert(1)>", True),
        ('<x y="<" onmouseover=alert(1)>', True),
        ("<x y=\">\" z='>' onmouseover=alert(1)>a</x>", True),
        ("<x y=a<b onmouseover=alert(1)>", True),
        ("<x a<1 onmouseover=alert(1)>", True),
        ('a <x y=">" onmouseover=alert(1) ', True),
        ('<x y=">"onmouseover=alert(1)>', True),
        ("<x\n/onmouseover\n=\nalert(1)>", True),
        ("<script <x src=//evil.test/x.js>", True),
        ("<iframe <x>", True),
        ("<!-- <x y", False),
        ("Emil <emil@x.test> has style = 5", False),
        ("<https://x.test> onmouseover=1", False),
        ('x <y and ">" then', False),
        ("5 < 6 and 7 > 3, style = 1", False),
    ],
)
def test_the_end_of_a_tag_is_where_browsers_see_it(text: str, expected: bool) -> None:
    assert is_markup(text) is expected
    assert executed(clean_value({"a": text})["a"]) == []
    assert executed(as_html({"entries": [{"question": text}]})["entries"][0]["question"]) == []


@given(
    st.lists(
        st.sampled_from(
            ["<x ", "</x ", "<y", "<!--", "-->", "y=", " ", '"', "'", ">", "<", "/", "=", " onclick=a()", "a"]
        ),
        max_size=12,
    ).map("".join)
)
def test_no_text_without_markup_executes(text: str) -> None:
    if not is_markup(text):
        assert executed(text) == []


@pytest.mark.parametrize("unfinished", ["<img src=x onerror=alert(1) ", "x <y onmouseover=alert(1)", "<b"])
def test_markup_that_later_text_could_complete(unfinished: str) -> None:
    clean = clean_value({"a": unfinished})["a"]
    assert "=" not in clean
    assert "on" not in clean


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = sanitize_html(text)
    assert sanitize_html(once) == once


def test_text_without_tags_stays_as_it_was_written() -> None:
    fields = {
        "a": "5 < 6 & 7 > 3",
        "f": "use x <y and then more words",
        "b": ["x <b>y</b>"],
        "c": {"d": "<script>z</script>"},
        "e": 4,
    }
    assert clean_value(fields) == {
        "a": "5 < 6 & 7 > 3",
        "f": "use x <y and then more words",
        "b": ["x <strong>y</strong>"],
        "c": {"d": ""},
        "e": 4,
    }


@pytest.mark.parametrize("key", ["<b>answerHtml", "answer<x y=z>Html", "answerHtml<"])
def test_a_key_counts_under_the_name_that_it_is_stored_by(key: str) -> None:
    """An answer is HTML, also where it looks like plain text."""
    assert as_html({"entries": [{"question": "q", key: "a < b & <x y"}]}) == {
        "entries": [{"question": "q", "answerHtml": "a &lt; b &amp; "}]
    }


@pytest.mark.parametrize("vector", VECTORS)
def test_no_key_executes(vector: str) -> None:
    for cleaned in (
        as_html({"a": {vector: "x"}})["a"],
        clean_value({"a": [{vector: "x"}]})["a"][0],
        spelt_as_html({"plain_texts": ["fields.a"], "fields": {"a": {vector: "x"}}})["fields"]["a"],
    ):
        [key] = cleaned
        assert executed(key) == []


# Parts of texts that make parsers of HTML slow: elements within each other, misnested formatting, tables whose content
# is moved, foreign content, raw text, comments, attributes, references.
HOSTILE = [
    *("<div>", "<b>", "<i>", "<b><i></b></i>", "<a>", "<a href=x>", "<u id={n}>", "<p>", "</p>", "<p>x</p>", "<h1>"),
    *(
        "<table>",
        "<table>x",
        "<tr><td>",
        "</td>",
        "<ul><li>",
        "<li>",
        "<dd>",
        "<button>",
        "<nobr>",
        "<form>",
        "<select>",
    ),
    *("<svg>", "<svg><style>", "<math><mi>", "<desc>", "<style>", "<title>", "<textarea>", "<script>", "<plaintext>"),
    *(
        "<!--",
        "<!---->",
        "-->",
        "<!",
        "<?",
        "</",
        "<",
        ">",
        "<![CDATA[",
        "<template>",
        "<object>",
        "</object>",
        "</div>",
    ),
    *(
        "<html a{n}=1>",
        "</html>",
        "<body a{n}=1>",
        "<input>",
        "<br>",
        "<br title='</div>'>",
        '<p "',
        "='",
        '"',
        " a{n}=1",
    ),
    *("&", "&amp;", "&x;", "&a", "&#", "&notit;", "\r", "\0", "x", " ", "é", "<p ", "<u ", "/>"),
]
SIZE = 60_000


def seconds_for(clean: Callable[[str], object], text: str) -> float:
    taken: list[float] = []
    for _ in range(3):
        start = time.process_time()
        clean(text)
        taken.append(time.process_time() - start)
    return min(taken)


def repeated(parts: tuple[str, ...], size: int) -> str:
    whole = ""
    for part in parts:
        length = size // len(parts)
        copies = [part.format(n=number) for number in range(length // len(part))] if "{n}" in part else None
        whole += "".join(copies) if copies else part * (length // len(part))
    return whole


@pytest.mark.parametrize("part", HOSTILE)
def test_the_time_is_linear_in_the_text(part: str) -> None:
    """Four times the text takes about four times the time; with the square of the length it would be sixteen times."""
    least = seconds_for(sanitize_html, repeated((part,), SIZE // 4))
    assert seconds_for(sanitize_html, repeated((part,), SIZE)) < 9 * max(least, 0.004)


@given(parts=st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4), is_mixed=st.booleans())
@settings(max_examples=30, deadline=None)
def test_no_mixture_of_parts_takes_long(parts: list[str], is_mixed: bool) -> None:
    """A time that grows with the square is longer; all else takes less than 40 milliseconds of the processor."""
    parts = ["".join(parts)] if is_mixed else parts
    assert seconds_for(sanitize_html, repeated(tuple(parts), SIZE)) < 0.2


@given(parts=st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4), size=st.sampled_from([500, 2_000, 19_000]))
@settings(max_examples=30, deadline=None)
def test_no_number_of_short_texts_takes_long(parts: list[str], size: int) -> None:
    texts = [repeated(("".join(parts),), size)] * (SIZE // size)
    assert seconds_for(lambda _: clean_value(texts), "") < 0.4


def test_long_texts_keep_their_markup() -> None:
    """Text of an editor passes, also with attributes, comments, entities, and elements that are not closed."""
    paragraph = (
        '<p>a &amp; b &lt; c <strong>d</strong> <a href="https://x.test/?a=1&amp;b=2">e</a><br>caf&eacute; f</p>'
    )
    clean = sanitize_html(paragraph)
    assert sanitize_html(paragraph * 500) == clean * 500
    assert sanitize_html("<div><ul>" + "<li>one <b>two</b>" * 3000) == "<p>one <strong>two</strong></p>" * 3000
    assert sanitize_html("<table>" + "<tr><td>one thing<td>two" * 2000) == "<p>one thing two</p>" * 2000
    assert sanitize_html("<!-- x --><style>p {}</style>" + paragraph * 500) == clean * 500
    word = "<p class=MsoListParagraph><![if !supportLists]>·<![endif]>One<o:p></o:p></p><?xml:namespace prefix = o />"
    assert sanitize_html(word * 500) == "<p>·One</p>" * 500
    assert sanitize_html("a < b & c " * 5000) == "a &lt; b &amp; c " * 5000


def test_what_no_editor_writes_keeps_its_words() -> None:
    for between in ("<br>", "</p><p>", "<td>", "<x-cell></x-cell>", "<textarea>", "<select>", "<title>", "<hr>"):
        assert sanitize_html(f"{'<i>' * 30_000}one{between}two").split() == ["one", "two"]
    assert sanitize_html("<div>one " * 30_000).split() == ["one"] * 30_000
    assert sanitize_html("<b id=x>one &amp; " * 5_000) == "one &amp; " * 5_000


@given(parts=st.lists(st.sampled_from([*VECTORS, *HOSTILE]), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_nothing_executable_survives_in_long_texts(parts: list[str]) -> None:
    assert executed(sanitize_html("filler " * 3_000 + "".join(parts))) == []
    assert executed(sanitize_html("".join(parts) * 400)[:20_000]) == []
