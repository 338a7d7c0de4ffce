"""Which files travel, and which are links: by the room that those before them left."""

from typing import Any

import pytest

from firstline.notices.enclosures import Large, enclosures
from firstline.notices.models import Delivery
from firstline.tickets import actions, files
from tests.cast import Cast

pytestmark = pytest.mark.django_db

KIB = 1024


def sent(cast: Cast, *sizes: int) -> tuple[list[str], list[str]]:
    """The names of what travels and of what is a link, of files of these sizes, named a, b, c …"""
    kept = [files.keep(bytes(size), name="abcdef"[place], by=cast.bo) for place, size in enumerate(sizes)]
    message = actions.reply(cast.asked(), by=cast.bo, text="Here.", attachments=kept)
    found = enclosures(Delivery(message=message))
    return [each.name for each in found.attached], [each.name for each in found.large]


@pytest.mark.parametrize(
    ("sizes", "attached", "large"),
    [
        ([KIB * 1024], "a", ""),
        ([KIB * 1024 + 1], "", "a"),
        ([KIB * 512, KIB * 512], "ab", ""),
        ([KIB * 512, KIB * 512 + 1, KIB * 512], "ac", "b"),
        ([KIB * 600, KIB * 600, KIB * 424, 1], "ac", "bd"),
        ([], "", ""),
    ],
)
def test_so_much_travels_in_one_email(settings: Any, sizes: list[int], attached: str, large: str) -> None:
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail_attached_mb": 1})
    assert sent(Cast.make(), *sizes) == (list(attached), list(large))


def test_a_large_file_is_said_with_its_size_and_reached_by_its_link(settings: Any) -> None:
    more = {"mail_attached_mb": 0, "base_url": "https://desk.example"}
    settings.CONFIG = settings.CONFIG.model_copy(update=more)
    cast = Cast.make()
    kept = files.keep(bytes(2048), name="a.bin", by=cast.bo)
    message = actions.reply(cast.asked(), by=cast.bo, text="Here.", attachments=[kept])
    (large,) = enclosures(Delivery(message=message)).large
    assert large == Large("a.bin", 2048, large.link)
    assert str(large) == "a.bin (2.0\xa0KB)"
    assert large.link.startswith("https://desk.example/")
    assert str(kept.pk) in large.link


def test_an_email_about_no_message_has_no_files() -> None:
    assert enclosures(Delivery()) == enclosures(Delivery(message=None))
    assert enclosures(Delivery()).attached == enclosures(Delivery()).large == ()
