"""Tests the guarded client: it refuses every known trick to reach internal addresses, and reads public pages."""

import asyncio
import gzip
import socket
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from lib.core import config
from lib.core.security import web
from lib.core.security.web import FetchRefused, check_url, fetch
from local.stack.client import RunningStack

pytestmark = pytest.mark.anyio

HTML = ("text/html",)


class Handler(BaseHTTPRequestHandler):
    """A web server with every kind of misbehaviour."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012 - one for all requests of a test, and emptied by each

    def do_GET(self) -> None:
        type(self).asked.append((self.headers["Host"], self.path))
        answers: dict[str, Callable[[], None]] = {
            "/page": lambda: self._say(b"<p>Frost</p>"),
            "/large": lambda: self._say(b"x" * 5000),
            "/chunked": self._say_without_a_length,
            "/bomb": lambda: self._say(gzip.compress(b"x" * 5_000_000), encoding="gzip"),
            "/image": lambda: self._say(b"...", kind="image/png"),
            "/slow": lambda: threading.Event().wait(3) and None,
            "/drip": self._drip,
            "/loop": lambda: self._redirect("/loop"),
            "/metadata": lambda: self._redirect("http://169.254.169.254/latest/meta-data/"),
            "/file": lambda: self._redirect("file:///etc/passwd"),
            "/inside": lambda: self._redirect("http://[::1]/"),
            "/moved": lambda: self._redirect("/page"),
        }
        answers.get(self.path, lambda: self.send_error(404))()

    def _say(self, body: bytes, *, kind: str = "text/html; charset=utf-8", encoding: str | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def _say_without_a_length(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"x" * 5000)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(30):
                self.wfile.write(b"x")
                self.wfile.flush()
                threading.Event().wait(0.2)
        except OSError:
            return

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Set-Cookie", "crumb=1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing."""


@contextmanager
def serving() -> Generator[str]:
    Handler.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings of a deployment: no private address is exempt."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WEB_FETCH_PRIVATE_HOSTS")
    config.get_settings.cache_clear()
    yield monkeypatch
    config.get_settings.cache_clear()


@pytest.fixture
async def client(settings: pytest.MonkeyPatch) -> AsyncIterator[pytest.MonkeyPatch]:
    web.guarded_client.cache_clear()
    yield settings
    await web.guarded_client().aclose()
    web.guarded_client.cache_clear()


@pytest.fixture
def site(client: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on this machine that is exempt, like the stand-ins."""
    with serving() as host:
        client.setenv("WEB_FETCH_PRIVATE_HOSTS", host)
        config.get_settings.cache_clear()
        yield f"http://{host}"


# ── addresses that must not be reached

INSIDE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://127.1/",
    "http://2130706433/",  # decimal
    "http://0x7f000001/",  # hexadecimal
    "http://0x7f.1/",
    "http://0177.0.0.1/",  # octal
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",  # carrier-grade NAT
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://2852039166/",  # the metadata service, in decimal
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",  # NAT64
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/",  # 6to4
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:a9fe:a9fe::1]/",  # Teredo
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://[fec0::1]/",
    "http://[3fff::1]/",
    "http://[5f00::1]/",
    "http://[100:0:0:1::1]/",
    "http://[64:ff9b:1::1]/",
    "http://192.88.99.1/",
    "http://①②⑦.⓪.⓪.①/",  # digits that normalise to digits
    "http://127。0。0。1/",  # dots that are dots
]
WRONG = [
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "javascript:alert(1)",
    "data:text/html,x",
    "//example.com/",
    "http://",
    "http:///path",
    "http://user:password@example.com/",
    "http://example.com@127.0.0.1/",
    "http://example.com:22/",
    "http://example.com:6379/",
    "http://example.com:99999/",
    "http://[::1/",
    "http://exa mple.com/",
    "http://a..b/",
    "not a url",
    "",
]


@pytest.mark.parametrize("url", INSIDE + WRONG)
async def test_refused(client: pytest.MonkeyPatch, url: str) -> None:
    assert client
    with pytest.raises(FetchRefused):
        await fetch(url, media_types=HTML, max_bytes=1000)


async def test_a_name_with_one_private_address(client: pytest.MonkeyPatch) -> None:
    """All addresses of a name are checked, because a connection may use any of them."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "10.0.0.1"]

    client.setattr(web, "resolve", resolve)
    with pytest.raises(FetchRefused):
        await check_url("http://example.com/")


async def test_rebinding(client: pytest.MonkeyPatch) -> None:
    """A name that is public when it is checked and private a moment later is resolved once, and pinned."""
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])

    async def resolve(host: str, port: int) -> list[str]:
        return [next(answers)]

    client.setattr(web, "resolve", resolve)
    target = await check_url("http://rebind.test/secret?x=1#part")
    assert target.pinned == "http://93.184.215.14:80/secret?x=1"
    assert target.host_header == "rebind.test"
    assert next(answers) == "127.0.0.1", "nobody asked a second time"


@pytest.mark.parametrize("path", ["/metadata", "/file", "/inside", "/loop"])
async def test_redirects_are_held_against_the_same_rules(site: str, path: str) -> None:
    with pytest.raises(FetchRefused):
        await fetch(site + path, media_types=HTML, max_bytes=1000)
    assert len(Handler.asked) <= web.MAX_REDIRECTS + 1


async def test_an_exemption_is_of_one_port(site: str) -> None:
    with serving() as other, pytest.raises(FetchRefused):
        await fetch(f"http://{other}/page", media_types=HTML, max_bytes=1000)
    assert site


# ── limits


async def test_a_bomb(site: str) -> None:
    with pytest.raises(FetchRefused, match="compressed"):
        await fetch(site + "/bomb", media_types=HTML, max_bytes=1000)


@pytest.mark.parametrize("path", ["/large", "/chunked"])
async def test_too_large(site: str, path: str) -> None:
    with pytest.raises(FetchRefused, match="larger"):
        await fetch(site + path, media_types=HTML, max_bytes=1000)


@pytest.mark.parametrize("path", ["/slow", "/drip"])
async def test_too_slow(site: str, path: str) -> None:
    with pytest.raises(FetchRefused, match="too long"):
        await fetch(site + path, media_types=HTML, max_bytes=1000, seconds=0.5)


async def test_of_another_type(site: str) -> None:
    with pytest.raises(FetchRefused, match="another type"):
        await fetch(site + "/image", media_types=HTML, max_bytes=1000)


async def test_not_there(site: str) -> None:
    with pytest.raises(FetchRefused, match="404"):
        await fetch(site + "/nothing", media_types=HTML, max_bytes=1000)


async def test_nobody_listens(client: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    client.setenv("WEB_FETCH_PRIVATE_HOSTS", host)
    config.get_settings.cache_clear()
    with pytest.raises(FetchRefused, match="cannot be reached"):
        await fetch(f"http://{host}/", media_types=HTML, max_bytes=1000)


# ── pages that are read


async def test_a_page(site: str) -> None:
    found = await fetch(f"{site}/moved", media_types=HTML, max_bytes=1000)
    assert (found.body, found.media_type, found.charset) == (b"<p>Frost</p>", "text/html", "utf-8")
    assert found.url == f"{site}/page"


async def test_nothing_is_carried_from_one_to_the_next(site: str) -> None:
    """Cookies of one response are not sent with another request."""
    await fetch(f"{site}/moved", media_types=HTML, max_bytes=1000)
    assert list(web.guarded_client().cookies.jar) == []


async def test_the_name_travels_with_a_pinned_address(site: str, client: pytest.MonkeyPatch) -> None:
    host = site.removeprefix("http://")
    port = int(host.rsplit(":", 1)[1])
    client.setenv("WEB_FETCH_PRIVATE_HOSTS", f"pages.test:{port}")
    config.get_settings.cache_clear()

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    client.setattr(web, "resolve", resolve)
    await fetch(f"http://pages.test:{port}/page", media_types=HTML, max_bytes=1000)
    assert Handler.asked == [(f"pages.test:{port}", "/page")]


async def test_many_at_once(site: str) -> None:
    found = await asyncio.gather(*(fetch(f"{site}/page", media_types=HTML, max_bytes=1000) for _ in range(30)))
    assert len(found) == 30
