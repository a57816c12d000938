"""Logs, reports of errors, and the context of a request."""
