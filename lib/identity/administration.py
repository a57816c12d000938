"""The service role, for the parts of identity that need it.

The one module of identity that may import ``lib.core.data.service_role``, by an import contract. A second contract
says who may import this one: repositories, and the clients of Supabase Auth and Supabase Storage. The service role
passes every policy, so each call names the person it is about. Callers take that person from a verified token, a
mailed link or the assertion of an identity provider, and never from a request body.
"""

from lib.core.data.service_role import connect_as_service, secret_key

__all__ = ["connect_as_service", "secret_key"]
