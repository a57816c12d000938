from lib.core.http.errors import ValidationFailed


def check_return(path: str) -> str:
    """Within the app: anything else would make us a signpost to anywhere (open redirect)."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(letter) < 33 for letter in path):
        raise ValidationFailed(
            "returnTo must be a path of the app",
            details=[{"field": "returnTo", "code": "INVALID_FORMAT", "message": "as in /contents"}],
        )
    return path
