"""The routers of api/identity.py."""
