import pytest

from local.stack.client import RunningStack
from tests.publishing.channels.targets import Targets
from tests.publishing.saga.conftest import desk

__all__ = ["desk"]


@pytest.fixture
def targets(stack: RunningStack) -> Targets:
    return Targets(stack, stack.urls["channels"])
