from collections.abc import AsyncIterator

import pytest

from local.stack.client import RunningStack
from tests.publishing.saga.desk import Desk
from tests.support.world import World


@pytest.fixture
async def desk(world: World, stack: RunningStack) -> AsyncIterator[Desk]:
    made = Desk(world, stack)
    yield made
    await made.close()
