"""The letter that proves an address, and what of the DNS proves a domain: field by field, without a database."""

from types import SimpleNamespace
from typing import Any

import pytest

from firstline.catalog.models import Sender
from firstline.channels.email import proving, seals
from firstline.channels.email.outgoing import Outgoing
from firstline.kit import clock
from tests.letters import config


def test_the_code_goes_to_the_address_as_a_machines_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    config(monkeypatch, mail_domain="desk.example", company="Corp")
    sent: list[Outgoing] = []
    monkeypatch.setattr(proving.sender, "send", sent.append)
    monkeypatch.setattr(proving, "own_address", lambda: "firstline@desk.example")
    monkeypatch.setattr(proving.senders, "new_code", lambda _row: "ABCDEFGHJK")
    now = clock.now()
    with clock.moved(now):
        proving.send_code(Sender(name="help@corp.example"))
    (letter,) = sent
    assert (letter.to, letter.to_name, letter.sender_name) == ("help@corp.example", "", "Corp")
    assert letter.sender == letter.reply_to == "firstline@desk.example"
    assert (letter.date, letter.automatic, letter.thread, letter.files) == (now, True, (), ())
    assert letter.letter_id.startswith("<")
    assert letter.letter_id.endswith(".code@desk.example>")
    assert letter.subject == "A code to prove this address"
    assert "enter this code there: ABCDEFGHJK\n\nIf not, do nothing." in letter.text
    assert "ABCDEFGHJK" in letter.html
    assert letter.html.startswith("<")


# What stands in the DNS, whether our signing key is there, and what proves the domain
@pytest.mark.parametrize(
    ("found", "key", "published", "how"),
    [
        *((b"firstline=abc", None, False, Sender.How.DNS), (b"v=spf1 firstline=abc x", None, False, Sender.How.DNS)),
        *((b"firstline=abcd", None, False, ""), (b"", None, True, ""), (None, "key", False, "")),
        *((None, "key", True, Sender.How.KEY), (b"firstline=abc", "key", True, Sender.How.DNS)),
    ],
)
def test_our_record_or_our_published_key_proves_a_domain(
    monkeypatch: pytest.MonkeyPatch, found: bytes | None, key: str | None, published: bool, how: str
) -> None:
    asked: list[Any] = []
    row: Any = SimpleNamespace(record_name="_firstline.corp.example", record="firstline=abc", domain="corp.example")
    monkeypatch.setattr(proving.signing, "key_of", lambda domain: key if domain == "corp.example" else None)
    monkeypatch.setattr(proving.signing, "published", lambda _key: published)

    def txt(name: str, timeout: float) -> bytes | None:
        asked.append((name, timeout))
        return found

    assert proving.by_dns(row, txt=txt) == how
    monkeypatch.setattr(seals, "ask", txt)
    assert proving.by_dns(row) == how
    assert asked == [("_firstline.corp.example", seals.SECONDS)] * 2


def test_a_dns_that_is_silent_proves_nothing() -> None:
    def silent(name: str, timeout: float) -> bytes | None:
        raise seals.Silent

    row: Any = SimpleNamespace(record_name="_firstline.corp.example", record="firstline=abc", domain="corp.example")
    assert proving.by_dns(row, txt=silent) == ""
