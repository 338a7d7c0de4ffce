"""One mailbox under many spellings."""

from random import Random


def spelled(dice: Random, number: int) -> str:
    """The victim's address in one of very many spellings; a mail server takes each for the same mailbox."""
    name = "".join(dice.choice([letter.lower(), letter.upper()]) for letter in "victim@else.example")
    local, at, host = name.partition("@")
    tag = dice.choice(["", f"+{number}", f"+a.{number}", "+", f"+{number}+b"])
    shown = dice.choice(["V", "Victim, Vera", "=?utf-8?b?5rGf?=", "", "support@desk.example"])
    return dice.choice(['"{}" <{}>', "{0!r} <{1}>", "<{1}>", "{1} (words)"]).format(shown, f"{local}{tag}{at}{host}")
