from typing import Literal
from uuid import UUID

from pydantic import Field

from lib.core.http.models import RequestModel, ResponseModel
from lib.identity.models import Email


class SsoDiscovery(RequestModel):
    email: Email


class SignOnTarget(ResponseModel):
    """The identity provider of a company."""

    connection_id: UUID
    name: str = Field(examples=["Aurora's directory"])
    url: str = Field(examples=["/api/v1/auth/saml/0193…/login"])


class Discovery(ResponseModel):
    """How to sign in with an address: by its domain alone, whether anybody has it or not."""

    method: Literal["password", "saml"]
    target: SignOnTarget | None = None
