"""Catches what the platform would send into the world: e-mail and webhooks."""
