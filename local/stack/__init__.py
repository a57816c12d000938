"""Starts, watches and stops the platform and its stand-ins as one: ``python -m local.stack``."""
