"""Time-based codes (RFC 6238): SHA-256, six digits, steps of 30 seconds, one step of tolerance (reference §5.1)."""

import hashlib
import hmac
import time
from typing import Final

ISSUER: Final = "MixerAI"
DIGITS: Final = 6
PERIOD_SECONDS: Final = 30
WINDOW_STEPS: Final = 1
# As long as the hash (RFC 4226 §4), here SHA-256; in base 32 without padding.
SECRET_CHARACTERS: Final = 52
_DIGESTS: Final = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


def new_secret() -> str:
    """Makes a secret in base 32."""
    from pyotp import random_base32

    return random_base32(SECRET_CHARACTERS)


def provisioning_uri(secret: str, account: str, algorithm: str) -> str:
    """Returns the URI that apps read (https://github.com/google/google-authenticator/wiki/Key-Uri-Format)."""
    from pyotp.totp import TOTP

    codes = TOTP(secret, digits=DIGITS, digest=_DIGESTS[algorithm], interval=PERIOD_SECONDS)
    return codes.provisioning_uri(name=account, issuer_name=ISSUER)


def qr_code(uri: str) -> str:
    """Returns the QR code of a URI: an SVG image in a data URI."""
    import segno

    return segno.make(uri, error="m").svg_data_uri(scale=4)


def matching_step(secret: str, code: str, algorithm: str, now: float | None = None) -> int | None:
    """Returns the time step of a code, so that no code is accepted twice; None for a wrong code.

    ``now`` is Unix time in seconds; None is the present.
    """
    from pyotp.totp import TOTP

    codes = TOTP(secret, digits=DIGITS, digest=_DIGESTS[algorithm], interval=PERIOD_SECONDS)
    current = int((time.time() if now is None else now) // PERIOD_SECONDS)
    # All steps are compared, so that the time does not tell which one matches.
    matches = [
        step
        for step in range(current - WINDOW_STEPS, current + WINDOW_STEPS + 1)
        if hmac.compare_digest(codes.generate_otp(step).encode(), code.encode())
    ]
    return matches[-1] if matches else None
