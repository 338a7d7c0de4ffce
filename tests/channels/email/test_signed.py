"""The addresses that prove to which request and which letter something belongs: made and read, sign by sign."""

from firstline.channels.email.signed import letter_in, number_in, reply_address, return_address
from firstline.tickets.models import Ticket


def ticket(number: int = 7, prefix: str = "IT") -> Ticket:
    found = Ticket(id=number, prefix=prefix)
    found.number = f"{prefix}-{number}"  # type: ignore[assignment]
    return found


def test_an_address_says_its_request_and_one_of_a_letter_its_letter_too() -> None:
    reply, returned = reply_address(ticket(), "it@desk.example"), return_address(ticket(), 42, "it@desk.example")
    assert reply.startswith("it+IT-7.")
    assert returned.startswith("it+IT-7.d42.")
    assert reply.endswith("@desk.example")
    assert returned.endswith("@desk.example")
    assert (number_in(reply), letter_in(reply)) == ("IT-7", 0)
    assert (number_in(returned), letter_in(returned)) == ("IT-7", 42)
    # Servers may write it in other letters.
    assert (number_in(returned.upper()), letter_in(returned.lower())) == ("IT-7", 42)


def test_no_other_address_says_anything() -> None:
    reply, returned = reply_address(ticket(), "it@desk.example"), return_address(ticket(), 42, "it@desk.example")
    odd = [reply.replace("IT-7", "IT-8"), returned.replace("d42", "d43"), returned.replace(".d42", "")]
    odd += [reply.replace("IT-7", "IT-7.d42"), reply.replace("@", "x@"), "it@desk.example", "", f"x@{reply}"]
    odd += [reply.replace("it+", ""), reply.replace("it+", "+"), reply.replace("IT-7", "I-7")]
    assert [(number_in(each), letter_in(each)) for each in odd] == [("", 0)] * len(odd)
    # Whoever writes to the desk at another name of its own is at the same request.
    assert number_in(reply.replace("it+", "help+")) == "IT-7"


def test_a_return_address_has_no_more_than_64_signs_before_its_domain() -> None:
    # Ours are a plus, the number, its letter, and sixteen signs of proof.
    added = len("+IT-7.d42.") + 16
    longest = 64 - added
    assert longest == 38
    for length, is_own in ((longest, True), (longest + 1, False)):
        made = return_address(ticket(), 42, f"{'i' * length}@desk.example")
        assert letter_in(made) == (42 if is_own else 0)
        assert number_in(made) == "IT-7"
