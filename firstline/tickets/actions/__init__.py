"""What may happen to a ticket: every verb of the desk, one function each."""

from firstline.tickets.actions.arranging import (
    add_participant,
    end_links,
    link,
    mention,
    rename,
    restate,
    tag,
    unlink,
    unwatch,
    watch,
)
from firstline.tickets.actions.asking import decline, share, unshare
from firstline.tickets.actions.conversation import attach, note, reply, withdraw, write_down
from firstline.tickets.actions.ending import cancel, close, file, reopen, resolve
from firstline.tickets.actions.handling import accept, assign, change_priority, classify, give_back
from firstline.tickets.actions.joining import merge, split, unmerge
from firstline.tickets.actions.letters import (
    also_sent,
    held_back,
    named_another,
    not_handed_on,
    send_again,
    undelivered,
)
from firstline.tickets.actions.opening import open_ticket
from firstline.tickets.actions.pausing import hold, resume, snooze, wake
from firstline.tickets.actions.rating import rate
from firstline.tickets.actions.routing import escalate, send_back, transfer
from firstline.tickets.actions.timing import breach_clock, recompute, warn_clock

__all__ = [
    "accept",
    "add_participant",
    "also_sent",
    "assign",
    "attach",
    "breach_clock",
    "cancel",
    "change_priority",
    "classify",
    "close",
    "decline",
    "end_links",
    "escalate",
    "file",
    "give_back",
    "held_back",
    "hold",
    "link",
    "mention",
    "merge",
    "named_another",
    "not_handed_on",
    "note",
    "open_ticket",
    "rate",
    "recompute",
    "rename",
    "reopen",
    "reply",
    "resolve",
    "restate",
    "resume",
    "send_again",
    "send_back",
    "share",
    "snooze",
    "split",
    "tag",
    "transfer",
    "undelivered",
    "unlink",
    "unmerge",
    "unshare",
    "unwatch",
    "wake",
    "warn_clock",
    "watch",
    "withdraw",
    "write_down",
]
