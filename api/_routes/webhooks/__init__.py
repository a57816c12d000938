"""The routers of webhooks, out and in."""
