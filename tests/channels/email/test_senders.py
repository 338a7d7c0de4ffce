"""Whom a letter is from: certain only where one mailbox is plainly written. Threat 10."""

import pytest

from firstline.channels.email.letter import read
from tests.channels.email.reading import from_field, letter, made

# A From field that names one person plainly.
HONEST = [
    ("Mei Lin <mei@example.test>", "Mei Lin", "mei@example.test"),
    ("mei@example.test", "", "mei@example.test"),
    ("<mei@example.test>", "", "mei@example.test"),
    ("MEI@Example.Test", "", "mei@example.test"),
    ('"Lin, Mei" <mei@example.test>', "Lin, Mei", "mei@example.test"),
    ('"Mei \\"M\\" Lin" <mei@example.test>', 'Mei "M" Lin', "mei@example.test"),
    ("mei@example.test (Mei Lin)", "Mei Lin", "mei@example.test"),
    ("=?utf-8?B?5qKF?= <mei@example.test>", "梅", "mei@example.test"),
    ("=?utf-8?Q?Lin,_Mei?= <mei@example.test>", "Lin, Mei", "mei@example.test"),
    ('"=?utf-8?B?5qKF?=" <mei@example.test>', "梅", "mei@example.test"),
    ("梅 <mei@example.test>", "梅", "mei@example.test"),
    ("Mei Lin\n <mei@example.test>", "Mei Lin", "mei@example.test"),
    ("O'Neil <o'neil@example.test>", "O'Neil", "o'neil@example.test"),
    ('"agent@victim.example" <attacker@evil.example>', "agent@victim.example", "attacker@evil.example"),
    (
        "=?utf-8?Q?agent=40victim.example?= <attacker@evil.example>",
        "agent@victim.example",
        "attacker@evil.example",
    ),
    ("attacker@evil.example (agent@victim.example)", "agent@victim.example", "attacker@evil.example"),
]


@pytest.mark.parametrize(("value", "name", "address"), HONEST)
def test_one_plain_mailbox_is_a_certain_sender(value, name, address):
    sender = from_field(value).sender
    assert (sender.name, sender.address, sender.certain) == (name, address, True)


# A From field that could be read as the agent, or as more than one, or as none.
SPOOFS: list[str | bytes] = [
    "agent@victim.example <attacker@evil.example>",
    "attacker@evil.example, agent@victim.example",
    "agent@victim.example, attacker@evil.example",
    "<agent@victim.example> <attacker@evil.example>",
    "<attacker@evil.example> <agent@victim.example>",
    "<attacker@evil.example> agent@victim.example",
    "attacker@evil.example; agent@victim.example",
    "<agent@victim.example> and others",
    "=?utf-8?Q?agent=40victim.example?=",
    "<=?utf-8?Q?agent=40victim.example?=>",
    "=?utf-8?Q?=3Cagent=40victim.example=3E?=",
    "x <=?utf-8?B?YWdlbnRAdmljdGltLmV4YW1wbGU=?=>",
    '"agent@victim.example"@evil.example',
    "agent@victim.example@evil.example",
    "<agent@victim.example@evil.example>",
    "<@evil.example:agent@victim.example>",
    "Agents: agent@victim.example;",
    "Agents: agent@victim.example, attacker@evil.example;",
    "agent @victim.example",
    "agent@ victim.example",
    "<agent@victim.example",
    "agent@victim.example>",
    '"agent@victim.example <attacker@evil.example>',
    '"Agent" agent@victim.example',
    "Agent agent@victim.example",
    "(agent@victim.example",
    "agent(comment)@victim.example, x@evil.example",
    b"agent@victim.example\x00@evil.example",
    b"agent@victim.example\x00",
    "agent@victim.example\x0b<attacker@evil.example>",
    "ａgent@victim.example",
    "agent@victim。example",
    "аgent@victim.example",
    "<agent@victim.example><",
    "<<agent@victim.example>>",
    "undisclosed-recipients:;",
    "",
    "@",
    "<>",
    "mailto:agent@victim.example",
    "agent@[192.0.2.1]",
]


@pytest.mark.parametrize("value", SPOOFS, ids=repr)
def test_an_odd_from_is_never_a_certain_sender(value):
    found = from_field(value)
    assert not found.sender.certain
    assert any(problem.startswith("From:") for problem in found.problems)


@pytest.mark.parametrize("second", ["attacker@evil.example", "agent@victim.example", ""])
def test_two_from_fields_are_never_a_certain_sender(second):
    found = read(made(f"From: agent@victim.example\nFrom: {second}\nSubject: x"))
    assert not found.sender.certain


def test_a_name_that_poses_as_an_address_is_told():
    found = from_field('"agent@victim.example" <attacker@evil.example>')
    assert "From: the name holds another address" in found.problems


def test_a_stray_space_in_an_address_is_mended_but_not_certain():
    sender = letter("address-with-stray-space").sender
    assert (sender.address, sender.certain) == ("mei@example.test", False)
