"""Who is named by an address, and who it becomes."""

import pytest

from firstline.people.models import Person
from firstline.tickets import naming
from firstline.tickets.errors import WrongState
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_address_is_read_in_its_one_form_and_what_is_none_is_told_so() -> None:
    assert naming.address_of(" Vera@Far.Example ") == "vera@far.example"
    for typed in ("", "vera", "vera@", "@far.example", "a b@far.example"):
        with pytest.raises(WrongState, match="is not an email address"):
            naming.address_of(typed)
    with pytest.raises(WrongState) as refused:
        naming.address_of("x" * 300)
    assert f"“{'x' * 254}”" in str(refused.value)


def test_the_longest_address_is_taken_and_one_more_is_not() -> None:
    end = "@" + "f" * 50 + ".example"
    longest = "v" * (120 - len(end)) + end
    assert naming.address_of(longest) == longest
    with pytest.raises(WrongState, match="too long"):
        naming.address_of("v" + longest)


@pytest.mark.parametrize("active", [True, False])
def test_whoever_has_the_address_is_meant_be_they_active_or_not(cast: Cast, active: bool) -> None:
    Person.objects.filter(pk=cast.omar.pk).update(is_active=active)
    assert naming.person_at("OMAR@corp.example") == cast.omar


def test_nobody_known_is_somebody_of_whom_nothing_but_the_address_is_known(cast: Cast) -> None:
    vera = naming.person_at("Vera@far.example")
    assert (vera.name, vera.email, vera.account, naming.is_mere_address(vera)) == (
        "vera@far.example", "vera@far.example", "", True,
    )  # fmt: skip
    assert naming.person_at("vera@far.example") == vera


@pytest.mark.parametrize("whose", ["a machine's", "a desk's"])
def test_what_is_no_persons_address_is_nobodys(cast: Cast, whose: str) -> None:
    address = "it@desk.example"
    if whose == "a machine's":
        address = "bot@corp.example"
        Person.objects.create_person(name="Robot", email=address, kind=Person.Kind.BOT)
    first, second = naming.person_at(address), naming.person_at(address)
    assert first != second
    assert [(each.name, each.email, each.is_machine) for each in (first, second)] == [(address, None, False)] * 2
    assert not naming.is_mere_address(first)


@pytest.mark.parametrize(
    ("name", "email", "account", "mere"),
    [
        ("vera@far.example", "vera@far.example", "", True),
        ("Vera", "vera@far.example", "", False),
        ("vera@far.example", "vera@far.example", Person.Account.DOMAIN, False),
        ("", "", "", False),
    ],
)
def test_a_mere_address_is_one_of_whom_nothing_else_is_known(name: str, email: str, account: str, mere: bool) -> None:
    assert naming.is_mere_address(Person.objects.create_person(name=name, email=email, account=account)) is mere
