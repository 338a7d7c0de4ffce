"""A channel of JSON files: what people say lies in one folder, what they are told in another. It is all that a second
channel costs: this file, and the one line of the registry below. Nothing in firstline knows of it."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from firstline.channels import inbound, registry
from firstline.channels.base import GiveUp, Incoming, Sent, TryLater, Unreadable, Unverified
from firstline.channels.conversations import thread_of
from firstline.channels.models import InboundMessage
from firstline.channels.proof import PASS, Proof
from firstline.channels.protocol import Capabilities, Channel, Limits
from firstline.notices.models import Delivery
from firstline.notices.render import render

ROW = registry.Row("console", "Console", "tests.channels.console.channel.Console")

SECRET = b"of the console"


@dataclass(frozen=True)
class Said:
    """What somebody is told, as it lies in the folder."""

    to: str
    thread: str
    text: str


class Console(Channel):
    key = "console"
    capabilities = Capabilities(edits=True, files=False, knows_people=True)
    limits = Limits(characters=4_000)
    folder = Path()
    """Where what people are told lies; a test sets it."""

    def verify(self, raw: bytes, head: Mapping[str, str]) -> None:
        if not hmac.compare_digest(head.get("signature", ""), signed(raw)):
            raise Unverified("The signature of the console is wrong.")

    def parse(self, received: InboundMessage) -> Incoming:
        try:
            said = json.loads(bytes(received.raw))
            text, who = str(said["text"]), str(said["user"])
        except (ValueError, KeyError) as error:
            raise Unreadable("What the console said cannot be read.") from error
        subject = text.strip().partition("\n")[0][:100]
        return Incoming(
            "console", received.letter_id, said.get("name", who), who, True, subject, text, thread=said["thread"]
        )

    def identify(self, received: InboundMessage, incoming: Incoming) -> tuple[Incoming, Proof]:
        return incoming, Proof(PASS, "They are signed in at the console.")

    def sending(self, deliveries: Sequence[Delivery]) -> "Saying":
        return Saying(self.folder)

    def edit(self, delivery: Delivery, rendered: Said) -> None:
        (self.folder / f"{delivery.remote_id}.json").write_text(json.dumps(asdict(rendered)))


class Saying:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def render(self, delivery: Delivery) -> Said:
        text = render(delivery).text[: Console.limits.characters]
        return Said(delivery.address, thread_of(delivery), text)

    def send(self, rendered: Said) -> Sent:
        if not self.folder.is_dir():
            raise TryLater("away")
        if rendered.to == "nobody":
            raise GiveUp("no_address")
        remote_id = f"out-{len(list(self.folder.iterdir())) + 1}"
        thread = rendered.thread or f"thread of {remote_id}"
        (self.folder / f"{remote_id}.json").write_text(json.dumps({**asdict(rendered), "thread": thread}))
        return Sent(remote_id, thread)


def signed(raw: bytes) -> str:
    return hmac.digest(SECRET, raw, "sha256").hex()


def says(user: str, text: str, *, id: str, thread: str, account: str = "hq", signature: str = "") -> InboundMessage:
    """Somebody says it at the console, whose server calls ours."""
    raw = json.dumps({"user": user, "name": f"{user.title()} Berg", "text": text, "thread": thread}).encode()
    head = {"signature": signature or signed(raw)}
    return inbound.receive("console", raw, account=account, remote_id=id, head=head)
