"""Requires a captcha after three failures. Turnstile, hCaptcha and reCAPTCHA are verified by the same request.

https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
"""

from typing import Final

import httpx

from lib.core.http.client import get_http_client
from lib.core.http.errors import RETRY_AFTER_SECONDS, ServiceUnavailable, ValidationFailed
from lib.identity.settings import get_identity_settings

FREE_FAILURES: Final = 3
SECONDS: Final = 4.0


async def require_captcha(token: str | None, address: str) -> None:
    """Verifies a captcha token. Does nothing if the deployment has no captcha.

    Raises ValidationFailed (CAPTCHA_REQUIRED) for a missing or invalid token, ServiceUnavailable if the captcha service
    does not answer within ``SECONDS``.
    """
    settings = get_identity_settings()
    if settings.captcha_secret is None:
        return
    if token is None:
        raise ValidationFailed("solve the captcha and try again", code="CAPTCHA_REQUIRED")
    form = {"secret": settings.captcha_secret, "response": token, "remoteip": address}
    try:
        response = await get_http_client().post(settings.captcha_verify_url, data=form, timeout=SECONDS)
        is_solved = response.json().get("success") is True
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        raise ServiceUnavailable("signing in is not possible right now", retry_after=RETRY_AFTER_SECONDS) from error
    if not is_solved:
        raise ValidationFailed("solve the captcha and try again", code="CAPTCHA_REQUIRED")
