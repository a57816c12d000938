"""Encryption, signatures, the allow-list for HTML, and the guarded fetching of URLs."""
