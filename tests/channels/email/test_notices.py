"""What servers and absent people's programs write is known by the whole letter's shape, and no person's request is."""

import pytest

from firstline.channels.email.letter import Envelope, Letter, read
from tests.channels.email.catalogue import Sample, from_notice, notices, with_attached
from tests.channels.email.notices import ABSENT, ATTACHED, DAEMONS, PEOPLE
from tests.kit.test_mailtext import OUTLOOK


def opened(sample: Sample) -> Letter:
    return read(sample.raw, Envelope(sample.envelope))


def test_there_are_notices_enough() -> None:
    assert len([sample for sample in notices() if sample.outcome == "bounce"]) >= 80


@pytest.mark.parametrize("name", DAEMONS)
def test_what_came_back_is_known(name: str) -> None:
    letter = opened(from_notice(name, DAEMONS[name]))
    assert letter.bounce is not None
    assert letter.bounce.failed != ("late" in name or "complaint" in name.lower() or name in LATE)


LATE = {"delayed mail", "without a name"}


@pytest.mark.parametrize("name", ABSENT)
def test_an_automatic_answer_is_known(name: str) -> None:
    letter = opened(from_notice(name, ABSENT[name]))
    assert letter.is_away
    assert letter.bounce is None


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_is_taken_for_no_machine(name: str) -> None:
    letter = opened(from_notice(name, PEOPLE[name]))
    assert letter.bounce is None
    assert not letter.is_away


@pytest.mark.parametrize("name", ATTACHED)
def test_what_a_person_attaches_makes_no_bounce_of_the_letter_and_is_kept(name: str) -> None:
    letter = opened(with_attached(name, *ATTACHED[name]))
    assert letter.bounce is None
    assert not letter.is_away
    assert letter.automatic is None
    assert len(letter.attachments) == 1
    assert "what is wrong" in letter.text


def test_a_bounce_that_quotes_a_block_is_one_still() -> None:
    sample = from_notice(
        "x", ("MAILER-DAEMON@mx.example", "Undeliverable: x", f"It could not be delivered.\n\n{OUTLOOK}", "")
    )
    assert opened(sample).bounce is not None


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, '{"Message": "{' + "\\" * 90_000, "{}" * 50_000])
def test_json_made_to_be_slow_is_looked_at_at_once(text: str) -> None:
    assert opened(from_notice("x", ("eva@sample.example", "x", text, ""))).bounce is None
