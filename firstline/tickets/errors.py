"""The two ways in which a verb says no, and a third that is one of them. Each carries a sentence for the person."""


class Refused(Exception):
    """Base of both; `str()` is the sentence, in the active language."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(Refused):
    """This person may not do that."""


class WrongState(Refused):
    """That cannot be done to the ticket as it is now, or with what was given."""


class NotUnderstood(WrongState):
    """What was given means nothing here, whatever the ticket is like."""
