"""Computes the needs and the monthly costs of a deployment from its requests a second and its sockets."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.model import prices
from bench.model.prices import SIZES, Compute

MONTH_SECONDS: Final = 730 * 3600
MEASURED_AT: Final = 16
"""Connections."""


@dataclass(frozen=True)
class Assumptions:
    """Values that no benchmark can measure. Replace them by those of your deployment."""

    requests: int = 10_000
    """A second, at the peak."""
    sockets: int = 50_000
    average: float = 0.25
    """The average load of a month, as a share of the peak."""
    get: float = 0.70
    list: float = 0.20
    search: float = 0.04
    update: float = 0.05
    create: float = 0.01
    busy: float = 0.6
    """The share of a core that an instance or a database uses at the peak."""
    instance_gigabytes: float = 2.0
    """The memory of an instance of one virtual core."""
    hop_milliseconds: float = 8.0
    """One round trip to KV or the data API, in the same region, with the work there."""
    data_api_milliseconds: float = 0.4
    """Processor time of PostgREST, which runs on the machine of the database."""
    sockets_of_a_brand: int = 25
    """Sockets that are open for one brand at the same time, and get each of its events."""
    sockets_of_a_content: int = 2

    @property
    def shares(self) -> dict[str, float]:
        """The mix of requests, by the names of the measured operations."""
        return {
            "get": self.get,
            "list by status, created": self.list,
            "search, two words": self.search,
            "update title": self.update,
            "create": self.create,
        }


@dataclass(frozen=True)
class Deployment:
    """The answer of the model."""

    function_milliseconds: float
    postgres_milliseconds: float
    commands: float
    """Commands of KV a request."""
    instances: int
    at_once: float
    """Requests in flight in one instance."""
    database_cores: float
    size: Compute | None
    """The smallest size that has these cores; None if no single database has them."""
    databases: int
    """Databases of the largest size that share the reads, where no single one is enough."""
    database_connections: float
    """Connections of the database that work at the same time."""
    kv_commands: float
    """A second, at the peak."""
    messages: float
    """Messages of Realtime a second, at the peak."""
    costs: dict[str, float]
    """Dollars a month."""


type Figures = Mapping[str, Mapping[str, float]]


def _mean(figures: Figures, assumed: Assumptions, name: str, key: str = "{} | admin | 16") -> float:
    return sum(share * figures[key.format(operation)][name] for operation, share in assumed.shares.items())


def deployment_for(figures: Figures, assumed: Assumptions) -> Deployment:
    """Computes the needs at the peak, and the costs at the average. Raises KeyError where a figure was not measured."""
    function = _mean(figures, assumed, "function")
    postgres = _mean(figures, assumed, "postgres")
    commands = _mean(figures, assumed, "kv", "calls: {}")
    instances = math.ceil(assumed.requests * function / 1000 / assumed.busy)
    latency = function + assumed.hop_milliseconds
    cores = assumed.requests * (postgres + assumed.data_api_milliseconds) / 1000 / assumed.busy
    size = next((each for each in SIZES if each.cores >= cores), None)
    databases = 1 if size else math.ceil(cores / SIZES[-1].cores)
    writes = assumed.requests * (assumed.update + assumed.create)
    # A broadcast counts once when it is sent, and once for each socket that gets it: to the brand, and to the content.
    messages = writes * (2 + assumed.sockets_of_a_brand + assumed.sockets_of_a_content)
    month = assumed.requests * assumed.average * MONTH_SECONDS
    costs = {
        "functions, active CPU": month * function / 1000 / 3600 * prices.ACTIVE_CPU_HOUR,
        "functions, memory": instances * assumed.average * assumed.instance_gigabytes * 730 * prices.MEMORY_GB_HOUR,
        "functions, invocations": month / 1e6 * prices.MILLION_INVOCATIONS,
        "KV, commands": month * commands / 1e6 * prices.MILLION_COMMANDS,
        "database": databases * (size or SIZES[-1]).month,
        "Realtime, connections": assumed.sockets / 1000 * prices.THOUSAND_CONNECTIONS,
        "Realtime, messages": messages * assumed.average * MONTH_SECONDS / 1e6 * prices.MILLION_MESSAGES,
    }
    return Deployment(
        function_milliseconds=function,
        postgres_milliseconds=postgres,
        commands=commands,
        instances=instances,
        at_once=assumed.requests * latency / 1000 / instances,
        database_cores=cores,
        size=size,
        databases=databases,
        database_connections=assumed.requests * postgres / 1000,
        kv_commands=assumed.requests * commands,
        messages=messages,
        costs=costs,
    )
