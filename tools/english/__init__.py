"""Finds wording that is not plain technical English: see ``__main__.py``."""
