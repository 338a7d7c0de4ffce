"""In what words an email stands on its ticket: every head of a note, and every sentence for what is not shown."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils.translation import override

from firstline.channels.base import File
from firstline.channels.email.incoming import IncomingMail
from firstline.channels.email.sender_authentication import FAIL, NONE, PASS
from firstline.channels.email.wording import MOST_EMPTY
from firstline.channels.threading import Standing
from firstline.channels.verdicts import Sender, Way
from firstline.channels.wording import disowned, noted, of_gone, who, words_of
from firstline.tickets.models import Ticket
from tests.cast import Cast

MAIL = IncomingMail("email", "<x@corp.example>", "Lin Mei", "mei@corp.example", True, "VPN", "It drops.")
WHO = "Lin Mei <mei@corp.example>"
FULL, EMPTY = File("a.txt", "text/plain", b"x"), File("b.txt", "text/plain", b"")

# What it holds, and what stands for its words
WORDS: list[tuple[dict[str, Any], str]] = [
    ({}, "It drops."),
    ({"text": "  It drops. \n"}, "It drops."),
    ({"text": " "}, "(This email is empty.)"),
    ({"text": "", "html": "<p></p>"}, "(This email has no visible text.)"),
    ({"text": "", "files": (FULL,)}, "(This email has no visible text.)"),
    ({"text": "", "files": (FULL, EMPTY)}, "(The attached file b.txt is empty.)"),
    ({"text": "", "files": (EMPTY,)}, "(The attached file b.txt is empty.)"),
    ({"files": (FULL,)}, "It drops."),
    ({"files": (EMPTY, FULL)}, "It drops.\n\n(The attached file b.txt is empty.)"),
    ({"text": "", "marks": ("encrypted",)}, "(This email is encrypted; what it says is in the attached file.)"),
    ({"marks": ("encrypted",)}, "It drops."),
    ({"marks": ("links",)}, "It drops.\n\n(This email holds too many links to be shown. It is attached.)"),
    ({"marks": ("cut",)}, "It drops.\n\n(This email is longer than what is shown.)"),
    ({"marks": ("cut", "links")}, "It drops.\n\n(This email holds too many links to be shown. It is attached.)"),
    ({"text": "", "marks": ("cut", "encrypted")}, "(This email is longer than what is shown.)"),
    ({"text": "", "marks": ("signed",)}, "(This email is empty.)"),
]


@pytest.mark.parametrize(("held", "wanted"), WORDS, ids=str)
def test_what_is_not_shown_is_said(held: dict[str, Any], wanted: str) -> None:
    assert words_of(replace(MAIL, **held), language="en", zone="UTC") == wanted


def test_the_sentences_are_in_the_language_of_their_reader() -> None:
    assert "没有内容" in words_of(replace(MAIL, text=""), language="zh-hans", zone="UTC")


@pytest.mark.parametrize(("count", "more"), [(20, 0), (21, 1), (23, 3)])
def test_so_many_empty_files_are_named_and_the_others_counted(count: int, more: int) -> None:
    assert MOST_EMPTY == 20
    files = tuple(replace(EMPTY, name=f"f{number}") for number in range(count))
    said = words_of(replace(MAIL, text="", files=files), language="en", zone="UTC").split("\n\n")
    named = [f"(The attached file f{number} is empty.)" for number in range(20)]
    assert said == [*named, *([f"({more} more attached files are empty.)"] if more else [])]


def test_an_invitation_is_said_in_the_readers_zone_after_the_words() -> None:
    when = {"start": "2026-11-23T01:00:00+00:00", "end": "2026-11-23T02:00:00+00:00"}
    invitation = {"kind": "invited", "what": "Talk", "where": "Room 4", **when}
    sentence = "Invitation: Talk · Mon 23 Nov 2026 09:00–10:00 (Asia/Shanghai) · Room 4"
    for text, wanted in (("", sentence), ("See you.", f"See you.\n\n{sentence}")):
        said = words_of(replace(MAIL, text=text, invitation=invitation), language="en", zone="Asia/Shanghai")
        assert said == wanted


@pytest.mark.parametrize(
    ("name", "address", "wanted"),
    [
        ("Lin Mei", "mei@corp.example", WHO),
        ("", "mei@corp.example", "mei@corp.example"),
        ("", "", "?"),
        ("Lin Mei", "", "Lin Mei <>"),
    ],
)
def test_who_wrote_is_said_as_it_was_written(name: str, address: str, wanted: str) -> None:
    assert who(replace(MAIL, name=name, address=address)) == wanted


FAILED = f"By email, said to be from {WHO}. The proof of its sender failed, so it may be forged:"
AUTOMATIC = f"Automatic email from {WHO}:"
BESIDE = f"By e-mail from {WHO}, who takes no part in this request"
# How the sender stands, the proof, what else holds, and the head of the note
HEADS: list[tuple[Sender, str, dict[str, Any], str]] = [
    *((sender, FAIL, {}, FAILED) for sender in Sender),
    (Sender.WORKER, FAIL, {"automatic": "list", "is_gone": True}, FAILED),
    (Sender.WORKER, PASS, {"automatic": "list"}, AUTOMATIC),
    (Sender.REQUESTER, NONE, {"away": True}, AUTOMATIC),
    (Sender.STRANGER, NONE, {"away": True, "is_gone": True}, AUTOMATIC),
    (Sender.WORKER, PASS, {}, f"By e-mail from {WHO}, an agent; the requester was not sent it:"),
    (
        *(Sender.WORKER, NONE, {}),
        f"By e-mail from {WHO}, an agent; the sender is not verified, so the requester was not sent it:",
    ),
    *(
        (sender, proof, {}, f"By e-mail from {WHO}:")
        for sender in ("requester", "participant")
        for proof in (PASS, NONE)
    ),
    (Sender.STRANGER, PASS, {"is_gone": True}, f"By e-mail from {WHO}, who is deactivated here:"),
    (
        *(Sender.STRANGER, NONE, {"is_gone": True}),
        f"By e-mail from {WHO}, who is deactivated here; the sender is not verified:",
    ),
    *((sender, PASS, {}, f"{BESIDE}:") for sender in (Sender.OUTSIDER, Sender.STRANGER)),
    *((sender, NONE, {}, f"{BESIDE}; the sender is not verified:") for sender in (Sender.OUTSIDER, Sender.STRANGER)),
]  # type: ignore[list-item]


@pytest.mark.parametrize(("sender", "proof", "more", "head"), HEADS, ids=str)
def test_a_note_says_whose_words_it_keeps(sender: str, proof: str, more: dict[str, Any], head: str) -> None:
    more = dict(more)
    is_gone = more.pop("is_gone", False)
    standing = Standing(Ticket(), Way.ANSWERED, Sender(sender))
    said = noted(replace(MAIL, **more), standing, proof=proof, words="Words.", is_gone=is_gone)
    assert said == f"{head}\n\nWords."


@pytest.mark.django_db
@pytest.mark.parametrize("say", [disowned, of_gone])
def test_a_note_on_what_nobody_is_taken_to_have_written_names_whom_it_says_and_what_it_mentions(say: Any) -> None:
    cast = Cast.make()
    ticket, named = cast.asked(), cast.asked()
    alone, also = say(ticket, MAIL, named=None), say(ticket, MAIL, named=named)
    assert WHO in alone
    assert alone == alone.strip()
    assert also == f"{alone} It mentions {named.number}."
    assert ("forged" in alone, "deactivated" in alone) == ((True, False) if say is disowned else (False, True))


@pytest.mark.django_db
def test_a_note_is_in_the_language_of_the_agent_who_has_it() -> None:
    cast = Cast.make()
    ticket = cast.asked()
    standing = Standing(ticket, Way.ANSWERED, Sender.STRANGER)
    with override("zh-hans"):
        assert noted(MAIL, standing, proof=NONE, words="x").startswith("By e-mail")
        ticket.assignee = cast.bo
        assert noted(MAIL, standing, proof=NONE, words="x").startswith("By e-mail")
        assert disowned(ticket, MAIL, named=None).startswith("The email says")
    cast.bo.language = "zh-hans"
    for said in (
        noted(MAIL, standing, proof=NONE, words="x"),
        disowned(ticket, MAIL, named=None),
        of_gone(ticket, MAIL, named=None),
    ):
        assert not said.startswith(("By", "The"))
