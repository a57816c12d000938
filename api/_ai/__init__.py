"""Routers of api/ai.py. A folder with a leading underscore is no function of its own."""
