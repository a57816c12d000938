"""The service's client, for tests that hand events to people."""

from tests.jobs.test_worker import service

__all__ = ["service"]
