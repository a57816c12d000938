"""Checks texts: what users send for secrets, and what models write against the rules of the brand."""
