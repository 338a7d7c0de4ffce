"""How each way to write an address field is taken apart: names, addresses, and what is odd about how it was written."""

import pytest

from firstline.channels.email.addresses import MOST_ADDRESSES, Mailbox, first_address, mailboxes

MANY, TEXT = "more than one address in brackets", "text after the address"
BEFORE, BARE = "an unquoted address before the address", "no brackets around the address"
GROUP, OPEN = "a group instead of an address", "unbalanced quotes or brackets"
WORD, FORM = "an encoded word in the address", "an address that is not well formed"

# A field, and its mailboxes: name, address, flaws
FIELDS: list[tuple[str, list[tuple[str, ...]]]] = [
    ("Mei <mei@a.test>", [("Mei", "mei@a.test")]),
    ("mei@a.test", [("", "mei@a.test")]),
    ("mei@a.test (Mei)", [("Mei", "mei@a.test")]),
    # Of several names the quoted one is the name, then the one that stands free, then the comment
    ('"Q" out <mei@a.test> (c)', [("Q", "mei@a.test")]),
    ("out <mei@a.test> (c)", [("out", "mei@a.test")]),
    ("(c) <mei@a.test>", [("c", "mei@a.test")]),
    ('(c) "Q" a@x.test', [("c", "a@x.test", BARE)]),
    ('"Q" a@x.test', [("Q", "a@x.test", BARE)]),
    ("'A' <a@x.test>", [("A", "a@x.test")]),
    ('"" a@x.test', [("", "a@x.test")]),
    ('"a" "b" <a@x.test>', [("a b", "a@x.test")]),
    # What stands behind or before
    ("<a@x.test> <b@x.test>", [("", "b@x.test", MANY)]),
    ("A <a@x.test> more", [("A more", "a@x.test", TEXT)]),
    ('A <a@x.test> "more"', [("more", "a@x.test", TEXT)]),
    ("A <a@x.test> =?utf-8?Q?more?=", [("A more", "a@x.test", TEXT)]),
    ("A <a@x.test> (more)", [("A", "a@x.test")]),
    ("A <a@x.test> \t", [("A", "a@x.test")]),
    ("b@x.test <a@x.test>", [("b@x.test", "a@x.test", BEFORE)]),
    # Groups
    ("Team: a@x.test, b@x.test; c@x.test", [("", "a@x.test", GROUP), ("", "b@x.test", GROUP), ("", "c@x.test")]),
    ("Team: a@x.test, b@x.test, c", [("", "a@x.test", GROUP), ("", "b@x.test", GROUP)]),
    ("Team:;", []),
    ("<a@x.test>:b", [(":b", "a@x.test", TEXT)]),
    ("Team: A <a@x.test>: x;", [("A : x", "a@x.test", TEXT, GROUP)]),
    # Quotes and brackets that nobody closed, comments in comments
    ("A <a@x.test", [("A", "a@x.test", OPEN)]),
    ('A <a@x"y.test>', [("A", "a@xy.test", OPEN, FORM)]),
    ("A <<a@x.test>>", [("A >", "a@x.test", TEXT, OPEN, FORM)]),
    ("a@x.test>", [("", "a@x.test", OPEN, FORM)]),
    ('"A <a@x.test>', [("A <a@x.test>", "", BARE, OPEN)]),
    ("(a (b) c) a@x.test", [("a (b) c", "a@x.test")]),
    ("(a(b)c(d)) <a@x.test>", [("a(b)c(d)", "a@x.test")]),
    ("(a a@x.test", [("a a@x.test", "", OPEN)]),
    ("(a \\) b) a@x.test", [("a ) b", "a@x.test")]),
    ('"a \\" b" <a@x.test>', [('a " b', "a@x.test")]),
    ("a\\b <a@x.test>", [("a\\b", "a@x.test")]),
    ('"a\\', [("a\\", "", BARE, OPEN)]),
    ("a@x.test <", [("a@x.test", "", BEFORE, OPEN)]),
    # Characters that belong to no address
    ("A\x01 <a@x.test>", [("A", "a@x.test", OPEN)]),
    ("A\t\r\n <a@x.test>", [("A", "a@x.test")]),
    ("a@x\t.test", [("", "a@x.test", FORM)]),
    ("a @x.test", [("", "a@x.test", FORM)]),
    ("a@x.test\x01", []),
    ("<mailto:a@x.test>", [("", "a@x.test", FORM)]),
    ("<a@x.test;>", [("", "a@x.test", FORM)]),
    ("[a@x.test]", [("", "a@x.test", FORM)]),
    ("<@r.test:a@x.test>", [("", "a@x.test", FORM)]),
    ("<a..b.@x.test>", [("", "a..b.@x.test")]),
    ("<a_b@x_y.test>", [("", "a_b@x_y.test")]),
    # Encoded words part nothing, and are no addresses
    ("=?utf-8?Q?a,b?= <a@x.test>", [("a,b", "a@x.test")]),
    ("=a <a@x.test>", [("=a", "a@x.test")]),
    ("<=?utf-8?Q?a=40x.test?=>", [("", "a@x.test", WORD)]),
    ("A <=?utf-8?Q?a=40x.test_b=40x.test?=>", [("A", "", WORD)]),
    ("A <=?utf-8?Q?nobody?=>", [("A", "", WORD)]),
    # Several, and none
    (",,a@x.test,,b@x.test;c@x.test,", [("", "a@x.test"), ("", "b@x.test"), ("", "c@x.test")]),
    ("plain words", []),
    ('"only a name"', [("only a name", "", BARE)]),
    ("(only a comment)", [("only a comment", "")]),
    ("A <>", [("A", "")]),
    ("<>", []),
]


@pytest.mark.parametrize(("written", "expected"), FIELDS)
def test_each_way_to_write_an_address_is_taken_apart(written: str, expected: list[tuple[str, ...]]) -> None:
    assert mailboxes(written.encode()) == tuple(Mailbox(row[0], row[1], row[2:]) for row in expected)


@pytest.mark.parametrize(("before", "behind"), [("", ""), ("mailto:", "")])
def test_an_address_is_no_longer_than_254_characters(before: str, behind: str) -> None:
    longest = "a" * 60 + "@" + ".".join(["b" * 63] * 3) + "."
    longest += "c" * (254 - len(longest))
    assert [one.address for one in mailboxes(f"A <{before}{longest}>".encode())] == [longest]
    assert [one.address for one in mailboxes(f"A <{before}{longest}c>".encode())] == [""]


def test_so_many_are_read_and_a_name_is_cut() -> None:
    assert MOST_ADDRESSES == 500
    assert len(mailboxes(b"a@x.test," * 499)) == 499
    assert len(mailboxes(b"a@x.test," * 600)) == 500
    assert len(mailboxes(b"<>," * 600 + b"a@x.test")) <= 1
    assert mailboxes(b"N" * 250 + b" <a@x.test>")[0].name == "N" * 200


@pytest.mark.parametrize("written", ['"打" <a@x.test>', "打 <a@x.test>", "(打) <a@x.test>", "(打) a@x.test"])
def test_names_are_read_in_the_charset_of_the_letter(written: str) -> None:
    raw = written.replace("打", "朱镕").encode("gbk")
    assert mailboxes(raw, "gb2312")[0].name == "朱镕"


def test_the_first_address_is_found_anywhere_near_the_beginning() -> None:
    assert first_address("see <Mei@A.Test> or b@x.test") == "mei@a.test"
    assert first_address("a.b+c@x-y.test.") == "a.b+c@x-y.test"
    assert first_address("x" * 20_000 + " a@x.test") == first_address("nobody at all") == ""
