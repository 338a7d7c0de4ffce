"""My requests: what I asked and what was shared with me, page by page."""

import re

from firstline.tickets import actions
from tests.cast import Cast
from tests.web.conftest import As


def numbers(page: bytes) -> list[str]:
    return re.findall(r'<span class="number">([^<]+)</span>', page.decode())


def test_the_list_has_what_i_asked_and_what_was_shared_and_nothing_else(cast: Cast, as_: As) -> None:
    own = cast.asked()
    for_omar = cast.asked(requester=cast.omar)
    shared = cast.asked(by=cast.hana)
    actions.add_participant(shared, by=cast.hana, person=cast.mei)
    cast.asked(by=cast.omar)
    assert numbers(as_(cast.mei).get("/requests/").content) == [shared.number, for_omar.number, own.number]


def test_an_agents_list_has_his_own_requests_and_not_his_work(cast: Cast, as_: As) -> None:
    cast.asked()
    cast.asked(by=cast.bo, requester=cast.omar, channel="phone")
    own = cast.asked(by=cast.bo)
    assert numbers(as_(cast.bo).get("/requests/").content) == [own.number]


def test_open_solved_and_all(cast: Cast, as_: As) -> None:
    running, solved, gone = cast.asked(), cast.asked(), cast.asked()
    actions.resolve(solved, by=cast.bo, resolution="Done.")
    actions.cancel(gone, by=cast.mei)
    client = as_(cast.mei)
    assert numbers(client.get("/requests/").content) == [solved.number, running.number]
    assert numbers(client.get("/requests/?show=solved").content) == [solved.number]
    assert numbers(client.get("/requests/?show=all").content) == [gone.number, solved.number, running.number]


def test_the_next_page_goes_on_where_the_first_ended(cast: Cast, as_: As) -> None:
    asked = [cast.ask().pk for _each in range(27)]
    client = as_(cast.mei)
    first = client.get("/requests/").content
    more = re.search(r'href="(\?show=open&amp;before=\d+)"', first.decode())
    assert more is not None
    second = client.get("/requests/" + more[1].replace("&amp;", "&")).content
    listed = numbers(first) + numbers(second)
    assert [int(number.partition("-")[2]) for number in listed] == sorted(asked, reverse=True)


def test_a_number_finds_its_request_but_never_somebody_elses(cast: Cast, as_: As) -> None:
    ticket = cast.asked()
    assert numbers(as_(cast.mei).get("/requests/", {"q": ticket.number}).content) == [ticket.number]
    page = as_(cast.omar).get("/requests/", {"q": ticket.number}).content
    assert numbers(page) == []
    assert b"Nothing found" in page


def test_a_search_of_more_than_ten_words_says_that_only_the_first_were_looked_for(cast: Cast, as_: As) -> None:
    said = "Only the first ten words were looked for"
    few, many = "+".join("abcdefghij"), "+".join("abcdefghijk")
    for who, pages in {
        cast.mei: ["/requests/?q="],
        cast.bo: ["/desk/queue/all/?q=", "/desk/palette/?q=", "/desk/people/?q="],
        cast.ada: ["/settings/people/?q=", "/settings/audit/?person="],
    }.items():
        client = as_(who)
        for page in pages:
            for words, is_said in ((few, False), (many, True), ("x" * 201, True)):
                answer = client.get(page + words)
                assert (answer.status_code, said in answer.content.decode()) == (200, is_said), (page, words)
