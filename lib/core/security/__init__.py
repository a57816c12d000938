"""Encryption, signatures, HTML, and the guarded way to the open web."""
