"""Tells what sanitising removed from HTML or wrote in another way, for people who want to know where it went."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MAX_NAMES: Final = 20
MAX_NAME: Final = 50
MAX_LINKS: Final = 5
MAX_LINK: Final = 200

# A tag as people write them. The lengths are bounded, so that a quote without its end costs no more than its size.
_TAG: Final = re.compile(
    r"<(!--|[a-zA-Z][^\s/>]{0,100})((?:[^<>\"']{1,500}+|\"[^\"]{0,4000}\"|'[^']{0,4000}'){0,200}+)", re.DOTALL
)
_ATTRIBUTE: Final = re.compile(r"([^\s\"'<>/=]{1,100})(?:\s{0,10}=\s{0,10}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]*)))?")
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_IGNORED_IN_LINKS: Final = re.compile(r"[\x00-\x20]+")


@dataclass(frozen=True, slots=True)
class Removals:
    """Parts that are no longer in a text under their own names."""

    elements: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tells whether there is anything to tell."""
        return bool(self.elements or self.attributes or self.links)

    def joined(self, other: "Removals") -> "Removals":
        """Returns what is in either of two, as many of each as one may have."""
        return Removals(
            _first(self.elements + other.elements, MAX_NAMES, MAX_NAME),
            _first(self.attributes + other.attributes, MAX_NAMES, MAX_NAME),
            _first(self.links + other.links, MAX_LINKS, MAX_LINK),
        )


def _first(names: Iterable[str], most: int, length: int) -> tuple[str, ...]:
    return tuple(name[:length] for name in list(dict.fromkeys(names))[:most])


def _is_allowed(address: str, schemes: Iterable[str]) -> bool:
    scheme = _SCHEME.match(_IGNORED_IN_LINKS.sub("", address))
    return scheme is None or scheme[0][:-1].lower() in schemes


def removals(
    before: str, *, kept: frozenset[str], attributes: dict[str, set[str]], schemes: frozenset[str]
) -> Removals:
    """Lists the elements, attributes and links of HTML that the allow-list lacks, a bounded number of each."""
    elements: list[str] = []
    names: list[str] = []
    links: list[str] = []
    for tag, inside in _TAG.findall(before):
        element = tag.lower()
        if element not in kept:
            elements.append(element)
            continue
        if not inside:
            continue
        for name, *values in _ATTRIBUTE.findall(inside):
            attribute = name.lower()
            if attribute not in attributes.get(element, ()):
                if (element, attribute) not in _WRITTEN:
                    names.append(attribute)
            elif attribute in ("href", "src"):
                address = html.unescape("".join(values))
                allowed = ("https",) if attribute == "src" else schemes
                if not _is_allowed(address, allowed) or (attribute == "src" and not _SCHEME.match(address)):
                    links.append(address)
    return Removals(
        _first(elements, MAX_NAMES, MAX_NAME), _first(names, MAX_NAMES, MAX_NAME), _first(links, MAX_LINKS, MAX_LINK)
    )


# Attributes that sanitising writes itself: nobody misses what they said before.
_WRITTEN: Final = frozenset((("a", "rel"), ("img", "loading")))
