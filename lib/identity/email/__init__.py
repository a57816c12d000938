"""The e-mail address of an account: verified and changed by mailed links."""

from lib.identity.email.models import EmailChange, EmailVerification
from lib.identity.email.service import request_change, request_verification, verify

__all__ = ["EmailChange", "EmailVerification", "request_change", "request_verification", "verify"]
