"""Routers of the function api/contents.py. The leading underscore keeps Vercel from making functions of them."""
