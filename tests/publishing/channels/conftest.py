import pytest

from lib.core.data.db import Db
from local.stack.client import RunningStack
from tests.publishing.channels.targets import Bucket, Targets, new_name


@pytest.fixture
def targets(stack: RunningStack) -> Targets:
    return Targets(stack, stack.urls["channels"])


@pytest.fixture
def bucket(targets: Targets, service: Db) -> Bucket:
    return Bucket(targets, f"b-{new_name()}")
