"""The main job, as its people live it: asked with a screenshot, handed on, answered by letter, solved and rated."""

import re
import smtplib
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.cli.serving import Serving
from tests.journeys.conftest import Person, Postbox, text_of

PASTE = """
async (area) => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 180});
    canvas.getContext("2d").fillRect(20, 20, 200, 90);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const carried = new DataTransfer();
    carried.items.add(new File([blob], "image.png", {type: "image/png"}));
    area.focus();
    area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
}
"""

ANSWER = """SH-2 works, but the ERP is slow.

--{space}
Lin Mei
Finance, Shanghai

On Sun, 22 Nov 2026 at 10:02, IT service desk <it@desk.example> wrote:
> Please switch to gateway SH-2.
""".format(space=" ")

CHECK = """
from firstline.tickets import replay
from firstline.tickets.models import Ticket
t = Ticket.objects.get()
print(replay.differences(t))
print([e.name for e in t.events.order_by("id")])
print(t.phase, t.kind, t.line.key, t.satisfaction, t.first_contact, t.channel, t.requester_city)
print(t.first_response_time == t.first_response_at - t.created_at, t.handling_time)
print(sorted((c.kind, c.round, c.state) for c in t.clocks.all()))
m = t.messages.filter(kind="request").order_by("id").last()
print(repr(m.text), "SH-2." in m.quoted, m.channel)
print([(a.type, a.is_picture) for a in t.attachments.all()])
"""


@pytest.mark.system
def test_from_asking_to_rating(browser: Browser, desk: Serving, postbox: Postbox) -> None:
    bo, chen, mei = (Person(browser, desk, f"{name}@corp.example") for name in ("bo", "chen", "mei"))
    bo.go("/desk/queue/unaccepted/")

    number = _asks_with_a_screenshot(mei)
    row = bo.page.locator("tr[data-row]", has_text="VPN keeps dropping")
    expect(row).to_be_visible()  # without a reload

    row.get_by_role("link").click()
    _accepts_classifies_and_hands_over(bo)

    chen.go(f"/desk/tickets/{number}/")
    expect(chen.page.locator("#talk")).to_contain_text("IKE rekey failed")
    chen.page.fill("textarea[name=text]", "Please switch to gateway SH-2.")
    chen.page.keyboard.press("Control+Enter")
    expect(chen.page.locator("#talk")).to_contain_text("Please switch to gateway SH-2.")

    letter = postbox.wait_for("mei@corp.example", "Please switch to gateway SH-2.")
    _answers_by_letter(desk, letter)
    expect(chen.page.locator("#talk")).to_contain_text("SH-2 works, but the ERP is slow.")

    _resolves(chen)
    solved = postbox.wait_for("mei@corp.example", "Gateway SH-1 repaired.")
    _rates_from_the_letter(browser, text_of(solved))

    mei.go(f"/requests/{number}/")
    mei.page.locator("form[action$='/confirm/'] button").click()
    expect(mei.page.locator("body")).to_contain_text("Closed")

    told = desk.python(CHECK).splitlines()
    assert told[0] == "[]", told
    assert told[1] == str(
        ["opened", "accepted", "classified", "escalated", "accepted", "replied", "asked", "resolved", "rated", "closed"]
    )
    assert told[2] == "closed incident L2 1 False portal Shanghai"
    assert told[3].startswith("True 0:")
    assert told[4] == str(
        [
            ("acceptance", 1, "stopped"),
            ("acceptance", 2, "stopped"),
            ("first_response", 1, "stopped"),
            ("line", 1, "stopped"),
            ("resolution", 1, "stopped"),
        ]
    )
    assert told[5] == "'SH-2 works, but the ERP is slow.' True email"
    assert told[6] == "[('image/png', True)]"


def _asks_with_a_screenshot(mei: Person) -> str:
    page = mei.go("/ask/laptop/")
    page.fill("[name=subject]", "VPN keeps dropping, cannot reach the ERP")
    page.fill("[name=text]", "Since this morning, every two or three minutes.")
    page.eval_on_selector("[name=text]", PASTE)
    page.locator("file-drop input[type=hidden][name=files]").wait_for(state="attached")
    page.locator("[name=urgency]").last.check()
    page.get_by_role("button", name="Send the request").click()
    page.wait_for_url(re.compile(r"/requests/IT-\d+/"))
    found = re.search(r"IT-\d+", page.url)
    assert found
    return found.group()


def _accepts_classifies_and_hands_over(bo: Person) -> None:
    page = bo.page
    page.wait_for_url(re.compile(r"/desk/tickets/"))
    page.keyboard.press("a")
    expect(page.locator("#side")).to_contain_text("In progress")
    page.keyboard.press("t")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=kind]").select_option("incident")
    _choose(dialog, "service", "VPN")
    dialog.locator("button.main").click()
    expect(page.locator("#side")).to_contain_text("Incident")
    page.keyboard.press("e")
    dialog = page.locator("dialog[open]")
    _choose(dialog, "to", "Network")
    dialog.locator("[name=handover]").fill("Same log line on all three: IKE rekey failed.")
    dialog.locator("button.main").click()
    expect(page.locator("#side")).to_contain_text("L2")


def _choose(place: Locator, name: str, words: str) -> None:
    choice = place.locator(f"[name={name}] option", has_text=words).first
    place.locator(f"[name={name}]").select_option(choice.get_attribute("value"))


def _answers_by_letter(desk: Serving, letter: EmailMessage) -> None:
    answer = EmailMessage()
    answer["From"] = "Lin Mei <mei@corp.example>"
    answer["To"] = letter["Reply-To"]
    answer["Subject"] = f"Re: {letter['Subject']}"
    answer["Message-ID"] = "<answer-1@corp.example>"
    answer["In-Reply-To"] = letter["Message-ID"]
    answer["References"] = letter["Message-ID"]
    answer.set_content(ANSWER)
    with smtplib.SMTP("127.0.0.1", desk.smtp_port) as smtp:
        smtp.send_message(answer)


def _resolves(chen: Person) -> None:
    page = chen.page
    page.locator("body").click(position={"x": 700, "y": 5})
    page.keyboard.press("s")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=resolution]").fill("Gateway SH-1 repaired. Thank you for waiting.")
    dialog.locator("button:not([name=then])", has_text="Resolve").last.click()
    expect(page.locator("#side")).to_contain_text("Resolved")


def _rates_from_the_letter(browser: Browser, text: str) -> None:
    """One click, in a browser where nobody has signed in."""
    link = next(link for link in re.findall(r"https?://\S+/rate/\S+", text))
    page = browser.new_context().new_page()
    page.goto(link)
    expect(page.locator("body")).to_contain_text("Thank you")
