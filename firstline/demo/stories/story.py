"""What a story is: what somebody asks, what is asked back, what is found, and how it ends; in both languages."""

from dataclasses import dataclass
from typing import NamedTuple


class Words(NamedTuple):
    """Texts with {parameters}. An empty one is not said."""

    subject: str
    text: str
    ask: str
    """What the agent needs to know."""
    answer: str
    """What the requester says to that."""
    handover: str
    """What the next line is told, if the story goes there."""
    solved: str


@dataclass(frozen=True)
class Story:
    desk: str
    service: str
    kind: str
    cause: str
    module: str
    en: Words
    zh: Words
    to: str = ""
    """Key of the team that solves it when the first line cannot; empty: the first line always can."""
    form: str = ""
    impact: int = 1
    urgency: int = 2
    file: str = ""
    """Name of a picture or log from `demo.pictures`."""
    alert: bool = False
    """Only monitoring tells it."""

    def words(self, language: str) -> Words:
        return self.zh if language.startswith("zh") else self.en


def tell(desk: str, service: str, kind: str, cause: str, module: str, en: tuple, zh: tuple, **more: object) -> Story:
    """A story; each tuple has subject, text, question, answer, handover and solution."""
    return Story(desk, service, kind, cause, module, Words(*en), Words(*zh), **more)  # type: ignore[arg-type]
