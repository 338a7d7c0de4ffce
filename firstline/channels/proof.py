"""What is proved of who speaks: pass, fail or none, and why. Each channel has its own way (`Channel.identify`)."""

from dataclasses import dataclass

from firstline.tickets.models import Message

PASS, FAIL, NONE = "pass", "fail", "none"


@dataclass(frozen=True, slots=True)
class Proof:
    """`result` is pass, fail or none; `why` a sentence to be translated where it is shown; `detail` what was found."""

    result: str
    why: str
    detail: str = ""

    @property
    def passed(self) -> bool:
        return self.result == PASS

    @property
    def of_message(self) -> str:
        """As a message keeps it: `Message.Proof`. A channel that proves in ways of its own says which."""
        if self.passed:
            return Message.Proof.CHANNEL
        return Message.Proof.FAILED if self.result == FAIL else Message.Proof.NONE
