"""XML 1.0 of texts that anyone wrote: made by a serialiser, without the characters that XML has no way to hold."""

import re
import xml.etree.ElementTree as ET
from typing import Final

_NO_CHARACTER: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Removes the characters that XML 1.0 forbids, such as most controls."""
    return _NO_CHARACTER.sub("", text)


def add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Adds an element with a text."""
    element = ET.SubElement(parent, name, {key: clean(value) for key, value in attributes.items()})
    if text is not None:
        element.text = clean(text)
    return element


def written(root: ET.Element) -> bytes:
    """Returns a document in UTF-8."""
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)
