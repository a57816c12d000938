"""Checks where in the app a browser goes after signing in."""

from lib.core.http.errors import ValidationFailed


def check_return(path: str) -> str:
    """Returns a path of the app unchanged.

    Raises ValidationFailed for anything else, which would make the login an open redirect.
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(letter) < 33 for letter in path):
        raise ValidationFailed(
            "returnTo must be a path of the app",
            details=[{"field": "returnTo", "code": "INVALID_FORMAT", "message": "must be a path such as /contents"}],
        )
    return path
