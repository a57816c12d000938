"""Judges of the API's description that others wrote: linters, generators of clients, and a comparison with the last."""
