"""Pages and an image for the tools that read the web."""

import struct
import zlib

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

_AURORA = """
We make skin care from the far north. Five ingredients at most, all of them named on the front. Our people have degrees
in chemistry and time for questions. We never promise what skin cannot do.
"""
_WINTER = """
Cold air holds little water. Skin gives its own away, and feels tight. A cream with few ingredients keeps it where it
belongs. Put it on before you go out, and again when you come home.
"""
_PAGES = {
    "aurora": ("Aurora Skincare, made with patience", _AURORA),
    "winter": ("What cold wind does to skin", _WINTER),
}


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + bytes((y * 2, 90, 120)) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def show_page(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "empty":
        return HTMLResponse("<html><head><title>Nothing</title></head><body><script>1</script></body></html>")
    if name not in _PAGES:
        return Response("not found", status_code=404, media_type="text/plain")
    title, text = _PAGES[name]
    return HTMLResponse(
        f"<html><head><title>{title}</title></head><body><nav>Home, shop</nav><main><h1>{title}</h1><p>{text}</p>"
        "</main><footer>Imprint</footer></body></html>"
    )


async def show_image(request: Request) -> Response:
    if request.path_params["name"] == "text.png":
        return Response("this is text", media_type="image/png")
    return Response(_png(120, 90), media_type="image/png")


async def redirect(request: Request) -> Response:
    return RedirectResponse(request.query_params["to"])


ROUTES = [
    Route("/pages/{name}", show_page),
    Route("/images/{name}", show_image),
    Route("/redirect", redirect),
]
