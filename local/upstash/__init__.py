"""Upstash's REST API over a real Redis."""
