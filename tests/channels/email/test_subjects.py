"""Words that stand in the subject of an answer alone are read; the subject under which one was written to is not."""

import pytest

from firstline.tickets import actions
from tests.background import run_jobs
from tests.cast import Cast, fresh
from tests.letters import arrives, back_to, letter

pytestmark = pytest.mark.django_db
MEI = "Lin Mei <mei@corp.example>"


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("Re: VPN yes, reboot it", "", "（主题：Re: VPN yes, reboot it）"),
        ("Re: VPN keeps dropping - now the printer too", " ", "Re: VPN keeps dropping - now the printer too"),
        ("Reboot it", "\n", "Reboot it"),
        ("回复：[IT-1] 可以重启", "", "可以重启"),
        ("Re: [IT-1] VPN keeps dropping", "", ""),
        ("AW: Re: Fwd: vpn  keeps dropping", "", ""),
        ("[EXTERNAL] 回复: [IT-1] VPN keeps dropping", " ", ""),
        ("Re: [IT-1] Your request", "", ""),
        ("", "", ""),
        ("Re:", "", ""),
        ("Quite another", "It burns.", ""),
    ],
)
def test_a_subject_that_says_something_of_its_own_stands_below_the_words(
    cast: Cast, subject: str, text: str, said: str
) -> None:
    ticket = cast.ask()
    run_jobs()
    got = arrives(letter(MEI, to=back_to(ticket), subject=subject, text=text, letter_id="<a@x>"))
    assert got.ticket == ticket
    found = ticket.messages.latest("pk").text
    assert said in found
    assert ("主题：" in found) is bool(said)


def test_what_was_said_in_a_subject_once_is_not_said_again(cast: Cast) -> None:
    ticket = cast.ask()
    for number in (1, 2):
        arrives(letter(MEI, to=back_to(ticket), subject="Re: Quite another", text="", letter_id=f"<{number}@x>"))
    said = list(ticket.messages.order_by("pk").values_list("text", flat=True))[1:]
    assert ["Quite another" in each for each in said] == [True, False]


def test_the_name_under_which_they_were_written_to_is_known_though_it_has_another_by_now(cast: Cast) -> None:
    ticket = cast.ask()
    run_jobs()  # Mei is told of it by its name of then
    actions.rename(fresh(ticket), by=cast.bo, subject="VPN of floor 3")
    arrives(letter(MEI, to=back_to(ticket), subject="Re: VPN keeps dropping", text="", letter_id="<a@x>"))
    assert "keeps dropping" not in fresh(ticket).messages.latest("pk").text
