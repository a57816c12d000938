"""Catches what the platform would send: e-mail and webhooks."""
