"""A captcha after three failures: Turnstile, hCaptcha and reCAPTCHA verify by the same request.

https://developers.cloudflare.com/turnstile/get-started/server-side-validation/
"""

from typing import Final

import httpx

from lib.core.config import get_settings
from lib.core.http.client import get_http_client
from lib.core.http.errors import RETRY_AFTER_SECONDS, ServiceUnavailable, ValidationFailed

FREE_FAILURES: Final = 3
SECONDS: Final = 4.0


async def require_captcha(token: str | None, address: str) -> None:
    """Raises ValidationFailed (CAPTCHA_REQUIRED) without a token that the service vouches for."""
    settings = get_settings()
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
