"""What can be wrong with a mailbox, in words that say what to do. The rows keep the key, the pages say the sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

TROUBLES = {
    "host": gettext_noop("There is no server of this name. Check the server's name."),
    "refused": gettext_noop("The server does not answer at this port. Check server, port and encryption."),
    "slow": gettext_noop("The server did not answer in time. Check server, port and encryption."),
    "private": gettext_noop(
        "The server is in a private network. Whoever runs this installation must name it in FIRSTLINE_HTTP_ALLOW."
    ),
    "too-much": gettext_noop("The server said more than a mail server has to say, and was not listened to any longer."),
    "certificate": gettext_noop("The server's certificate is not valid for this name, so nothing was said to it."),
    "encryption": gettext_noop("No encrypted connection came about. Check port and encryption."),
    "no-imap": gettext_noop("What answers there does not speak IMAP. Check port and encryption."),
    "sign-in": gettext_noop("The server refused the user or the password."),
    "token": gettext_noop("The sign-in service refused the refresh token. Enter a new one."),
    "token-url": gettext_noop("The sign-in service could not be reached. Check the token address."),
    "token-odd": gettext_noop("The sign-in service answered with something that is no token. Check the token address."),
    "secret": gettext_noop("The stored password cannot be decrypted. Enter it again."),
    "folder": gettext_noop("The folder cannot be opened. Check its name."),
    "move": gettext_noop("Emails come in, but could not be moved: the folder for them cannot be written to."),
    "keyword": gettext_noop("Emails come in, but could not be marked: the server keeps no such keyword."),
    "cut": gettext_noop("The connection broke off; it is made again by itself."),
    "database": gettext_noop("The emails could not be stored; they stay where they are and are fetched again."),
    "other": gettext_noop("The server answered something unexpected."),
}


class Trouble(Exception):
    """Something is wrong with a mailbox. `key` is one of TROUBLES, `detail` what the other side said."""

    def __init__(self, key: str, detail: object = "") -> None:
        super().__init__(key, detail)
        said = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
        self.key, self.detail = key, said.replace("\x00", "")[:500]

    def __str__(self) -> str:
        return in_words(self.key)


def in_words(key: str) -> str:
    """The sentence in the reader's language; empty for no trouble."""
    return _(TROUBLES.get(key, TROUBLES["other"])) if key else ""
