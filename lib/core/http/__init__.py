"""Holds the application, errors, envelopes, pages and conditions that all requests and responses share."""
