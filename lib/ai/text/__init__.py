"""Measures, cuts and cleans texts."""
