"""The kinds of elements that a brand may take in its rich text beyond the allow-list."""

from typing import Final, Literal, get_args

type RichElements = Literal["lists", "headings", "tables", "images"]
ALL_ELEMENTS: Final[frozenset[RichElements]] = frozenset(get_args(RichElements.__value__))
