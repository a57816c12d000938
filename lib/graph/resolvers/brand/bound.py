"""The bindings of brands."""

from lib.graph.engine.binding import Bindings

bindings = Bindings()
