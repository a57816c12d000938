"""Prompts: versioned Jinja2 files, what is rendered into them, and how. A changed wording is a new file."""
