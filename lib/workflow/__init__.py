"""Workflows: how contents are reviewed, by whom and until when."""
