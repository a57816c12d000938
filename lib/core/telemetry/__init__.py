"""Logs, reports of errors, and what a request knows of itself."""
