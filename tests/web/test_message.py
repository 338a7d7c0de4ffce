"""How a message is drawn."""

import pytest

from firstline.kit import clock
from tests.web.test_jinja import render

MESSAGE = """{% from "components/message.html" import message with context %}
{% call message("Lin Mei", at, files=files) %}Look at these.{% endcall %}"""


@pytest.mark.parametrize(("files", "folded"), [(0, ""), (12, ""), (13, "1 more file"), (100, "88 more files")])
def test_of_many_files_a_dozen_stands_open_and_all_can_be_opened(files: int, folded: str) -> None:
    given = [(f"page-{number}.txt", f"/files/{number}/", "", "6 bytes") for number in range(files)]
    drawn = render(MESSAGE, at=clock.now(), files=given)
    shown, _summary, more = drawn.partition("<summary>")
    assert shown.count('class="file"') == min(files, 12)
    assert more.partition("</summary>")[0] == folded
    assert all(f'href="{href}"' in drawn for _name, href, _thumb, _size in given)
