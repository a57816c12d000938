"""SendGrid's v3 mail endpoint, events of it and of SES, a receiver of webhooks and a captcha, with a page of it all.

Shapes: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send. The latest messages are kept in
memory until the process ends. An address that begins with ``fault-503-`` is answered with 503.
"""

import re
from collections import deque
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import Any
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.mail.events import signed_request
from local.mail.signing import CERTIFICATE, sns_certificate, sns_message
from local.serve import healthz

KEPT = 3_000
SHOWN = 50

ADDRESS = re.compile(r"[^\s@.<>\",]+(\.[^\s@.<>\",]+)*@[^\s@.<>\",]+(\.[^\s@.<>\",]+)+")

PAGE = """<!doctype html><meta charset="utf-8"><title>Sent mail and webhooks</title>
<style>body{{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem}}article{{border:1px solid #ccc;
border-radius:6px;padding:1rem;margin:1rem 0}}pre{{white-space:pre-wrap}}small{{color:#666}}
iframe{{width:100%;height:32rem;border:1px solid #ccc}}</style>
<h1>Sent mail and webhooks</h1>{items}"""


class Catcher:
    def __init__(self) -> None:
        self.mails: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.hooks: deque[dict[str, Any]] = deque(maxlen=KEPT)

    async def send(self, request: Request) -> Response:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return JSONResponse({"errors": [{"message": "authorization required"}]}, status_code=401)
        body = await request.json()
        missing = [name for name in ("personalizations", "from", "subject", "content") if not body.get(name)]
        if missing:
            errors = [{"message": f"The {name} field is required", "field": name} for name in missing]
            return JSONResponse({"errors": errors}, status_code=400)
        reply_to = body.get("reply_to", {}).get("email")
        if reply_to is not None and not ADDRESS.fullmatch(reply_to):
            errors = [{"message": "The reply_to email must be a valid address", "field": "reply_to.email"}]
            return JSONResponse({"errors": errors}, status_code=400)
        fault = re.match(r"fault-(\d{3})-", body["personalizations"][0]["to"][0]["email"])
        if fault:
            return JSONResponse({"errors": [{"message": "as you asked"}]}, status_code=int(fault[1]))
        recipients = [to["email"] for entry in body["personalizations"] for to in entry["to"]]
        message_id = uuid4().hex
        self.mails.appendleft({"id": message_id, "at": _now(), "to": recipients, **body})
        return Response(status_code=202, headers={"X-Message-Id": message_id})

    async def receive_hook(self, request: Request) -> Response:
        body = (await request.body()).decode(errors="replace")
        entry = {"at": _now(), "path": request.url.path, "headers": dict(request.headers), "body": body}
        self.hooks.appendleft(entry)
        return JSONResponse({"received": True})

    async def verify_captcha(self, request: Request) -> JSONResponse:
        """Answers like Turnstile's siteverify: accepts the token `human`, refuses others."""
        form = await request.form()
        is_human = form.get("response") == "human" and bool(form.get("secret"))
        return JSONResponse({"success": is_human, "error-codes": [] if is_human else ["invalid-input-response"]})

    async def report(self, request: Request) -> JSONResponse:
        """Reports an event to a hook: ``{"hook", "provider", "mailId", "event", "to", "topic"}``."""
        wanted = await request.json()
        body, headers = signed_request(wanted, origin=str(request.base_url).rstrip("/"))
        async with httpx.AsyncClient(timeout=20) as client:
            answer = await client.post(wanted["hook"], content=body, headers=headers)
        return JSONResponse({"status": answer.status_code})

    async def sign(self, request: Request) -> JSONResponse:
        """Signs a message of SNS: ``{"message", "topic"}``, and other parts than the usual ones."""
        wanted = await request.json()
        message, topic = wanted.pop("message"), wanted.pop("topic")
        origin = str(request.base_url).rstrip("/")
        return JSONResponse(sns_message(message, topic=topic, origin=origin, **wanted))

    async def certificate(self, _: Request) -> Response:
        return Response(sns_certificate(), media_type="application/x-pem-file")

    async def trouble(self, request: Request) -> Response:
        """Answers with the status in the name of a certificate."""
        return Response(status_code=request.path_params["status"])

    async def confirm(self, request: Request) -> Response:
        """Confirms a subscription of SNS, and notes it like a webhook."""
        self.hooks.appendleft({"at": _now(), "path": request.url.path, "headers": {}, "body": str(request.url.query)})
        return Response("<ConfirmSubscriptionResponse/>", media_type="application/xml")

    async def list_mails(self, request: Request) -> JSONResponse:
        to = request.query_params.get("to")
        return JSONResponse([mail for mail in self.mails if to is None or to in mail["to"]])

    async def list_hooks(self, request: Request) -> JSONResponse:
        path = request.query_params.get("path")
        return JSONResponse([hook for hook in self.hooks if path is None or hook["path"] == path])

    async def page(self, _: Request) -> HTMLResponse:
        mails = [
            f"<article><small>{mail['at']} to {escape(', '.join(mail['to']))}</small>"
            f"<h2>{escape(mail['subject'])}</h2>{_shown(mail)}</article>"
            for mail in islice(self.mails, SHOWN)
        ]
        hooks = [
            f"<article><small>{hook['at']} {escape(hook['path'])}</small><pre>{escape(hook['body'])}</pre></article>"
            for hook in islice(self.hooks, SHOWN)
        ]
        return HTMLResponse(PAGE.format(items="".join(mails + hooks) or "<p>Nothing was sent yet.</p>"))


def _shown(mail: dict[str, Any]) -> str:
    """Returns the texts of a mail. HTML may run no script and open nothing but links in a new window."""
    shown = f"<details><summary>Text</summary><pre>{escape(mail['content'][0]['value'])}</pre></details>"
    for part in mail["content"]:
        if part["type"] == "text/html":
            shown += f'<iframe sandbox="allow-popups" title="HTML" srcdoc="{escape(part["value"])}"></iframe>'
    return shown


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def create_app() -> Starlette:
    catcher = Catcher()
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/", catcher.page),
            Route("/v3/mail/send", catcher.send, methods=["POST"]),
            Route("/hooks/{name:path}", catcher.receive_hook, methods=["POST"]),
            Route("/turnstile/v0/siteverify", catcher.verify_captcha, methods=["POST"]),
            Route("/events", catcher.report, methods=["POST"]),
            Route("/signed", catcher.sign, methods=["POST"]),
            Route(f"/{CERTIFICATE}", catcher.certificate),
            Route("/SimpleNotificationService-status{status:int}x{mark}.pem", catcher.trouble),
            Route("/confirm", catcher.confirm),
            Route("/messages", catcher.list_mails),
            Route("/received-hooks", catcher.list_hooks),
        ]
    )
