"""Files of exports are valid, also where contents that cannot be read are left out of a page."""

import json

import pytest

from lib.content.transfer.exports import JsonFile

ITEM = {"title": "x"}


@pytest.mark.parametrize("pages", [[0], [1], [0, 2], [0, 0, 1], [1, 0, 1], [2, 0], [2, 2]])
def test_json_is_valid_with_and_without_contents_in_each_page(pages: list[int]) -> None:
    file = JsonFile(is_array=True)
    text = b"".join([*(file.add([ITEM] * count) for count in pages), file.end()])
    assert json.loads(text) == [ITEM] * sum(pages)
