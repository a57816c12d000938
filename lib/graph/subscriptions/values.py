"""Values of subscriptions that are charged by what they lead to."""

from abc import ABC, abstractmethod


class Leading(ABC):
    """A value that may lead nowhere: the answer with it is free then."""

    __slots__ = ()

    @abstractmethod
    def leads_on(self) -> bool:
        """Tells whether its fields lead to other objects."""
