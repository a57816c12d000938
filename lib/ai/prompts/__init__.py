"""Prompts are versioned Jinja2 files beside this module; a change of words is a new file."""
