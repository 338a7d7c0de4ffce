"""What a page says, for tests."""

import html
import re

from django.test import Client

ROW = re.compile(r'data-row="(\d+)"')
MORE = re.compile(r'id="more"><a class="button" href="([^"]+)"')
NUMBER = re.compile(r'<a [^>]*href="(/desk/queue/[^"]+)"[^>]*>(?:<span class="unseen">[^<]*</span>)?(\d+)</a>')
RAIL = re.compile(
    r'<a class="nav-item"\s+href="/desk/queue/([\w-]+)/".*?<span\s+class="count[^"]*">(\d+\+?)</span></a>', re.S
)


def rows(client: Client, url: str) -> list[int]:
    """The ids of all tickets of a list, in its order, read page by page as one presses "Show more"."""
    found: list[int] = []
    following: str | None = url
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, following
        text = answer.content.decode()
        found += [int(pk) for pk in ROW.findall(text)]
        more = MORE.search(text)
        following = html.unescape(more[1]) if more else None
    return found


def numbers(page: str) -> list[tuple[str, int]]:
    """Each number of a page that leads to a list: the address and the number."""
    return [(html.unescape(href), int(number)) for href, number in NUMBER.findall(page)]


def rail(page: str) -> dict[str, str]:
    """The numbers beside the queues, by their keys."""
    return dict(RAIL.findall(page))
