"""Those who ask and answer: each a thread that does one thing after another and notes what was acknowledged.

A caller with a key, or a letter with an id, is sent again until it is acknowledged, as a program or a mail server
would; a form on a page is not, since its sender cannot know, and stays in doubt.
"""

import hashlib
import queue
import re
import smtplib
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from random import Random
from typing import Any

import httpx

from tests.chaos.journal import Act, Journal
from tests.chaos.postbox import Postbox

DESK = "it@desk.example"
PAUSE = 0.15


class Load:
    """What all of them share: where the desk is, the journal, and tickets that wait for an agent."""

    def __init__(self, webs: list[tuple[str, int]], smtp: tuple[str, int], journal: Journal, postbox: Postbox) -> None:
        self.webs, self.smtp, self.journal, self.postbox = webs, smtp, journal, postbox
        self.tickets: queue.Queue[str] = queue.Queue(500)
        self.over = threading.Event()
        self.pause = PAUSE
        self.strange: list[str] = []
        self._threads: list[threading.Thread] = []

    def start(self, *people: "Somebody") -> None:
        for person in people:
            self._threads.append(threading.Thread(target=person.live, daemon=True))
            self._threads[-1].start()

    def stop(self, seconds: float) -> None:
        """Ask all to end when what they are at is acknowledged; returns when they have, or after so many seconds."""
        self.over.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def offer(self, number: str) -> None:
        if not self.tickets.full():
            self.tickets.put_nowait(number)


class Somebody:
    def __init__(self, name: str, load: Load, random: Random) -> None:
        self.name, self.load, self.random = name, load, random
        self.number = 0
        self.give_up_at = 0.0

    def live(self) -> None:
        while not self.load.over.is_set():
            try:
                self.act()
            except Exception as error:  # of ours, not of the desk's: it must not go unseen
                self.load.strange.append(f"{self.name}: {error!r}")
            time.sleep(self.load.pause * self.random.uniform(0.5, 1.5))

    def act(self) -> None:
        raise NotImplementedError

    def mark(self, kind: str) -> str:
        """Words that occur once in all the desk."""
        self.number += 1
        return f"{kind}-{self.name}-{self.number:05d}x"

    def url(self, path: str) -> str:
        host, port = self.random.choice(self.load.webs)
        return f"http://{host}:{port}{path}"

    def until_heard(self, act: Act, attempt: Callable[[], str]) -> str:
        """Try until the desk says done or refused; after the end of the load for 40 seconds more."""
        journal, ends = self.load.journal, None
        while ends is None or time.monotonic() < ends:
            state = attempt()
            if state:
                journal.settle(act, state)
                return state
            journal.again()
            if self.load.over.is_set() and ends is None:
                ends = time.monotonic() + 40
            time.sleep(0.15)
        return "in doubt"


class Program(Somebody):
    """Calls the API with idempotency keys, with the token of a person."""

    def __init__(self, name: str, load: Load, random: Random, token: str) -> None:
        super().__init__(name, load, random)
        self.http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=20)
        self.mine: list[str] = []

    def call(self, act: Act, path: str, body: dict[str, Any]) -> str:
        """Post with a key until it is acknowledged; an act that had no number gets that of the answer."""

        def attempt() -> str:
            try:
                answer = self.http.post(self.url(path), json=body, headers={"Idempotency-Key": act.mark})
            except httpx.TransportError:
                return ""
            if answer.status_code in (200, 201):
                act.number = act.number or answer.json().get("number", "")
                return "done"
            if answer.status_code in (403, 404, 409, 422):
                return "refused"
            if answer.status_code not in (500, 503):
                self.load.strange.append(f"{path}: {answer.status_code} {answer.text[:200]}")
            return ""

        return self.until_heard(act, attempt)

    def act(self) -> None:
        ask = self.load.journal.ask
        if self.mine and self.random.random() < 0.3:
            number, mark = self.random.choice(self.mine[-20:]), self.mark("more")
            self.call(
                ask(Act("message by API", mark, number)), f"/api/v1/tickets/{number}/messages", {"text": f"And {mark}."}
            )
            return
        mark = self.mark("call")
        act = ask(Act("request by API", mark))
        body = {"subject": f"API {mark}", "text": f"It does not work: {mark}", "desk": "IT"}
        if self.call(act, "/api/v1/tickets", body) == "done":
            self.mine.append(act.number)
            self.load.offer(act.number)


class Agent(Program):
    """Takes tickets and leads each through a life of verbs. Nobody else touches them."""

    def act(self) -> None:
        try:
            number = self.load.tickets.get(timeout=0.5)
        except queue.Empty:
            return
        if self.verb(number, "accept", "accepted", {}) != "done":
            return
        steps: list[Callable[[str], None]] = [self.note, self.reply, self.rename, self.wait, self.hand_over]
        for step in self.random.sample(steps, self.random.randint(1, 4)):
            step(number)
            time.sleep(self.load.pause)
        if self.random.random() < 0.2:
            self.merge(number)
        elif self.random.random() < 0.7:
            mark = self.mark("solved")
            self.verb(number, "resolve", "resolved", {"resolution": f"Restarted it: {mark}"}, mark)

    def verb(self, number: str, verb: str, event: str, body: dict[str, Any], mark: str = "", **facts: str) -> str:
        act = Act(f"verb {verb}", mark or self.mark(verb), number, event, {**facts, "said": "yes" if mark else ""})
        return self.call(self.load.journal.ask(act), f"/api/v1/tickets/{number}/{verb}", body)

    def note(self, number: str) -> None:
        mark = self.mark("note")
        act = self.load.journal.ask(Act("note by API", mark, number))
        self.call(act, f"/api/v1/tickets/{number}/messages", {"text": f"Seen: {mark}", "internal": True})

    def reply(self, number: str) -> None:
        mark = self.mark("reply")
        act = self.load.journal.ask(Act("reply by API", mark, number))
        self.call(act, f"/api/v1/tickets/{number}/messages", {"text": f"Please try {mark}."})

    def rename(self, number: str) -> None:
        mark = self.mark("name")
        self.verb(number, "rename", "renamed", {"subject": f"Renamed {mark}"})

    def wait(self, number: str) -> None:
        if self.verb(number, "hold", "held", {"reason": "vendor"}) == "done":
            self.verb(number, "resume", "resumed", {})

    def hand_over(self, number: str) -> None:
        mark = self.mark("over")
        if self.verb(number, "escalate", "escalated", {"team": "network", "handover": f"Tried {mark}"}, mark) == "done":
            self.verb(number, "accept", "accepted", {})

    def merge(self, number: str) -> None:
        try:
            other = self.load.tickets.get_nowait()
        except queue.Empty:
            return
        self.verb(number, "merge", "merged", {"other": other}, into=other)


class Writer(Somebody):
    """Sends letters with Message-IDs: new ones, and answers to the signed addresses of letters that came."""

    def __init__(self, name: str, load: Load, random: Random, addresses: list[str]) -> None:
        super().__init__(name, load, random)
        self.addresses = addresses

    def act(self) -> None:
        sender = self.random.choice(self.addresses)
        answered = self.load.postbox.address_to_answer(sender, self.random) if self.random.random() < 0.5 else ""
        kind = "answer by mail" if answered else "letter"
        mark = self.mark("answer" if answered else "letter")
        letter = EmailMessage()
        letter["From"], letter["To"] = sender, answered or DESK
        letter["Subject"] = f"{'Re: something' if answered else 'Mail'} {mark}"
        letter["Message-ID"] = f"<{mark}@corp.example>"
        letter.set_content(f"Since this morning it fails: {mark}\n")

        def attempt() -> str:
            try:
                with smtplib.SMTP(*self.load.smtp, timeout=15) as smtp:
                    smtp.send_message(letter)
                return "done"
            except smtplib.SMTPRecipientsRefused as error:
                codes = {code for code, _said in error.recipients.values()}
                return "refused" if all(code >= 500 for code in codes) else ""
            except smtplib.SMTPResponseException as error:
                if error.smtp_code >= 500:
                    self.load.strange.append(f"letter: {error.smtp_code} {error.smtp_error!r}")
                return ""
            except (OSError, smtplib.SMTPException):
                return ""

        self.until_heard(self.load.journal.ask(Act(kind, mark)), attempt)


class Visitor(Somebody):
    """Uses the pages with a session and CSRF tokens: asks, at times with a file, and says more."""

    def __init__(self, name: str, load: Load, random: Random, cookie: tuple[str, str]) -> None:
        super().__init__(name, load, random)
        self.http = httpx.Client(cookies={cookie[0]: cookie[1]}, timeout=20)
        self.session, self.csrf = cookie, ""
        self.mine: list[str] = []

    def act(self) -> None:
        if self.mine and self.random.random() < 0.3:
            number, mark = self.random.choice(self.mine[-20:]), self.mark("word")
            act = Act("message on a page", mark, number)
            self.post(act, f"/requests/{number}/", f"/requests/{number}/reply/", {"text": f"One more thing: {mark}"})
            return
        mark = self.mark("asked")
        act = Act("request on a page", mark)
        form: dict[str, Any] = {"subject": f"Page {mark}", "text": f"My screen is black: {mark}", "urgency": "2"}
        if self.random.random() < 0.4 and (file := self.upload(mark, act)):
            form["files"] = file
        if self.post(act, "/ask/else/", "/ask/else/", form) == "done":
            self.mine.append(act.number)
            self.load.offer(act.number)

    def post(self, act: Act, page: str, to: str, form: dict[str, Any]) -> str:
        """Open the page until it comes, then send its form once."""
        token = self.token(page)
        if not token:
            return "in doubt"
        self.load.journal.ask(act)
        try:
            answer = self.http.post(self.url(to), data={**form, "csrfmiddlewaretoken": token})
        except httpx.TransportError:
            return "in doubt"
        where = re.search(r"/requests/([A-Z]+-\d+)/", answer.headers.get("location", ""))
        state = (
            "done" if answer.status_code == 302 and where else "refused" if answer.status_code == 422 else "in doubt"
        )
        if state == "in doubt" and answer.status_code not in (500, 503):
            self.load.strange.append(f"{to}: {answer.status_code} {answer.text[:200]}")
        if state != "in doubt":
            act.number = act.number or (where[1] if where else "")
            self.load.journal.settle(act, state)
        return state

    def token(self, page: str) -> str:
        while not self.load.over.is_set():
            try:
                answer = self.http.get(self.url(page))
                if answer.status_code == 200:
                    self.remember(answer.cookies.get("firstline_csrf", ""))
                    return self.csrf
            except httpx.TransportError:
                pass
            time.sleep(0.15)
        return ""

    def remember(self, csrf: str) -> None:
        """The nodes stand behind one name for a browser: what one of them sets, all are sent."""
        if csrf:
            self.csrf = csrf
            self.http.cookies.clear()
            self.http.cookies.update(dict([self.session, ("firstline_csrf", csrf)]))

    def upload(self, mark: str, act: Act) -> str:
        content = f"{mark}\n".encode() * self.random.randint(1, 20_000)
        try:
            headers = {"X-CSRFToken": self.token("/ask/else/")}
            files = {"file": (f"{mark}.txt", content, "text/plain")}
            answer = self.http.post(self.url("/files/"), files=files, headers=headers)
        except httpx.TransportError:
            return ""
        if answer.status_code != 201:
            return ""
        act.facts["sha256"] = hashlib.sha256(content).hexdigest()
        return str(answer.json()["id"])


class AgentAtDesk(Visitor):
    """An agent on the pages of the workspace: accepts, notes, replies."""

    def act(self) -> None:
        try:
            number = self.load.tickets.get(timeout=0.5)
        except queue.Empty:
            return
        page = f"/desk/tickets/{number}/"
        self.desk_post(Act("accept on a page", self.mark("take"), number, "accepted"), page, f"{page}verbs/accept/", {})
        for kind, mode in (("note on a page", "note"), ("reply on a page", "reply")):
            mark = self.mark(mode)
            self.desk_post(Act(kind, mark, number), page, f"{page}send/", {"mode": mode, "text": f"Look at {mark}"})

    def desk_post(self, act: Act, page: str, to: str, form: dict[str, Any]) -> None:
        token = self.token(page)
        if not token:
            return
        self.load.journal.ask(act)
        try:
            answer = self.http.post(self.url(to), data={**form, "csrfmiddlewaretoken": token})
        except httpx.TransportError:
            return
        if answer.status_code in (204, 302):
            self.load.journal.settle(act, "done")
        elif answer.status_code == 422:
            self.load.journal.settle(act, "refused")
