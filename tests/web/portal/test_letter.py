"""A whole letter is shown in a frame of its own, where nothing runs and nothing is fetched."""

from django.core.files.uploadedfile import SimpleUploadedFile

from firstline.tickets import actions, files
from tests.cast import Cast
from tests.web.conftest import As
from tests.web.portal.test_submit import PNG

HTML = (
    '<p onclick="x()">Black <b>screen</b></p>'
    '<script>alert(1)</script><img src="https://evil.example/p.png" width="300">'
    '<img src="cid:shot@1"><a href="javascript:alert(2)">x</a>'
)


def test_the_letter_is_cleaned_and_its_own_pictures_are_shown(cast: Cast, as_: As) -> None:
    shot = files.keep(PNG, name="shot.png", by=cast.mei, content_id="shot@1", inline=True)
    ticket = cast.asked(text="Black screen", html=HTML, channel="email", attachments=[shot])
    client = as_(cast.mei)
    message = ticket.messages.get()
    assert (
        f'data-letter="/requests/{ticket.number}/letters/{message.pk}/"'
        in client.get(f"/requests/{ticket.number}/").content.decode()
    )
    answer = client.get(f"/requests/{ticket.number}/letters/{message.pk}/")
    page = answer.content.decode()
    assert "<b>screen</b>" in page
    assert f'src="/files/{shot.pk}/"' in page
    for bad in ("<script", "onclick", "javascript:", ' src="https://'):
        assert bad not in page
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


def test_a_picture_is_listed_where_no_whole_letter_shows_it(cast: Cast, as_: As) -> None:
    def listed(html: str, name: str, content: bytes) -> bool:
        file = files.keep(content, name=name, by=cast.mei, content_id="shot@1", inline=True)
        ticket = cast.asked(text="Black screen", html=html, channel="email", attachments=[file])
        return f"/files/{file.pk}/" in as_(cast.mei).get(f"/requests/{ticket.number}/").content.decode()

    assert not listed(HTML, "shot.png", PNG)
    assert listed("", "shot.png", PNG)
    assert listed(HTML, "contract.pdf", b"%PDF-1.4 words")


def test_a_picture_whose_id_is_written_in_another_way_is_shown(cast: Cast, as_: As) -> None:
    shot = files.keep(PNG, name="shot.png", by=cast.mei, content_id="a&b@1", inline=True)
    html = '<img src="cid:a&amp;b%401">'
    ticket = cast.asked(text="Black screen", html=html, channel="email", attachments=[shot])
    page = as_(cast.mei).get(f"/requests/{ticket.number}/letters/{ticket.messages.get().pk}/").content.decode()
    assert f'src="/files/{shot.pk}/"' in page


def test_a_letter_is_read_only_by_those_who_may_read_its_message(cast: Cast, as_: As) -> None:
    ticket = cast.asked(text="Black screen", html=HTML, channel="email")
    note = actions.note(ticket, by=cast.bo, text="Secret")
    message = ticket.messages.filter(kind="request").get()
    assert as_(cast.omar).get(f"/requests/{ticket.number}/letters/{message.pk}/").status_code == 404
    assert as_(cast.mei).get(f"/requests/{ticket.number}/letters/{note.pk}/").status_code == 404
    assert as_(cast.bo).get(f"/requests/{ticket.number}/letters/{message.pk}/").status_code == 200
    other = cast.asked(by=cast.omar)
    assert as_(cast.omar).get(f"/requests/{other.number}/letters/{message.pk}/").status_code == 404


def test_a_letter_without_html_is_shown_as_text_with_what_was_cut(cast: Cast, as_: As) -> None:
    ticket = cast.asked(text="Black <screen>", quoted="> what you wrote", channel="email")
    page = as_(cast.mei).get(f"/requests/{ticket.number}/letters/{ticket.messages.get().pk}/").content.decode()
    assert "Black &lt;screen&gt;" in page
    assert "what you wrote" in page


def test_a_picture_pasted_into_a_request_is_served_to_its_readers_only(cast: Cast, as_: As) -> None:
    given = as_(cast.mei).post("/files/", {"file": SimpleUploadedFile("shot.png", PNG)}).json()
    ticket = cast.asked()
    as_(cast.mei).post(f"/requests/{ticket.number}/reply/", {"text": "Look", "files": given["id"]})
    assert as_(cast.mei).get(given["url"]).status_code == 200
    assert as_(cast.omar).get(given["url"]).status_code == 404
