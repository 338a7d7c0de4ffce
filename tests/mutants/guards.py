"""Which tests are asked whether they notice a change: those beside the code first, then those of whoever uses it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("sla", "tickets", "channels", "notices", "api")

ACTIONS = "tests/tickets/actions"
CLOCKS = ["tests/tickets/test_clocks.py", "tests/tickets/test_target_changes.py", "tests/tickets/test_warnings.py"]
TAKEN_BACK = ["tests/tickets/test_clocks_taken_back.py"]
LETTERS = [
    "tests/channels/test_becoming.py",
    *("tests/channels/test_intake.py", "tests/channels/test_threading.py", "tests/channels/test_desks.py"),
    *("tests/channels/test_deduplication.py", "tests/channels/test_machines.py", "tests/channels/test_reply_to.py"),
    *("tests/channels/test_spoof.py", "tests/channels/test_earlier.py", "tests/channels/test_unreadable.py"),
    *("tests/channels/test_damaged.py", "tests/channels/test_numbers.py", "tests/channels/test_returned.py"),
    *("tests/channels/test_verdicts.py", "tests/channels/test_outcomes.py", "tests/channels/test_encrypted.py"),
    *("tests/channels/test_noted.py", "tests/channels/test_web_forms.py", "tests/channels/test_redirected.py"),
    *("tests/channels/test_deactivated.py", "tests/channels/test_senders.py", "tests/channels/test_wording.py"),
    *("tests/channels/test_taking.py", "tests/channels/test_standing.py", "tests/channels/test_cc_suggestions.py"),
    "tests/channels/test_forwards.py",
]
DOORSTEP = "tests/channels/email/test_doorstep.py"
LEAVING = "tests/channels/email/test_leaving.py"
SENDING = [
    *("tests/channels/test_outbox.py", "tests/channels/test_sending.py", "tests/channels/test_bounced.py"),
    *("tests/channels/test_complaints.py", "tests/channels/test_loops.py", "tests/channels/test_connections.py"),
    "tests/channels/test_bounces.py",
]
NOTICES = ["tests/notices", *SENDING, "tests/web/test_letters_off.py", "tests/security/test_links_in_letters.py"]
READING = ["tests/channels/email"]
RIGHTS = [
    "tests/tickets/test_rights.py",
    "tests/tickets/test_readers.py",
    ACTIONS,
    "tests/security/test_sight.py",
    "tests/security/test_late.py",
]

# Module, or the beginning of its path, below firstline/; the longest that fits counts.
GUARDS: dict[str, list[str]] = {
    "sla/": ["tests/sla", *CLOCKS, "tests/web/admin/test_calendars.py"],
    "sla/workdays": ["tests/sla", f"{ACTIONS}/test_close.py"],
    "tickets/actions/": [ACTIONS, "tests/tickets", "tests/notices", "tests/security/test_sight.py"],
    "tickets/": ["tests/tickets", ACTIONS, "tests/notices", "tests/web/workspace", "tests/web/portal"],
    "tickets/rights": RIGHTS,
    "tickets/access": ["tests/tickets/test_access.py", *RIGHTS],
    "tickets/hearing": ["tests/tickets/test_access.py", *RIGHTS],
    "tickets/audience": ["tests/tickets/test_access.py", "tests/web/test_live.py"],
    "tickets/querysets": ["tests/tickets", *RIGHTS, "tests/web/workspace"],
    "tickets/told": [
        "tests/security/test_other_desks.py",
        "tests/api/test_seen.py",
        "tests/web/workspace/test_palette.py",
    ],
    "tickets/states": ["tests/tickets/test_states.py", ACTIONS],
    "tickets/priority": ["tests/tickets/test_priority.py", f"{ACTIONS}/test_change_priority.py"],
    "tickets/queues": ["tests/tickets/test_queues.py", "tests/web/workspace"],
    "tickets/placeholders": ["tests/tickets/test_placeholders.py"],
    "tickets/clocks": [*CLOCKS, "tests/tickets/test_replay.py", ACTIONS],
    "tickets/clock_rules": ["tests/tickets/test_clock_rules.py", *TAKEN_BACK, *CLOCKS, "tests/tickets/test_replay.py"],
    "tickets/replay": ["tests/tickets/test_replay.py", *CLOCKS],
    "tickets/quotas": ["tests/tickets/test_quotas.py", ACTIONS, "tests/notices/test_budget.py"],
    "tickets/fields": ["tests/tickets/test_fields.py", ACTIONS],
    "tickets/record": ["tests/tickets", "tests/notices"],
    "tickets/say": ["tests/tickets"],
    "tickets/naming": ["tests/tickets/test_naming.py", "tests/people/test_one_address.py"],
    "tickets/recording": ["tests/tickets/test_recording.py", "tests/web/workspace/test_recording.py"],
    "tickets/brought": ["tests/tickets", "tests/web/portal"],
    "tickets/quotations": ["tests/tickets/test_readers.py", "tests/web/portal"],
    "tickets/write_guard": ["tests/tickets"],
    "tickets/following": [
        "tests/tickets/test_following.py",
        "tests/tickets/test_events.py",
        "tests/web/portal/test_followed.py",
        "tests/security/test_links_in_letters.py",
    ],
    "tickets/pictures": ["tests/security/test_uploads.py", "tests/web/portal/test_letter.py"],
    "tickets/files": [
        "tests/tickets/test_files.py",
        "tests/security/test_uploads.py",
        f"{ACTIONS}/test_attach.py",
        "tests/web/portal",
        "tests/retention",
    ],
    "audit/log": ["tests/audit/test_log.py", "tests/web/admin/test_audit.py"],
    "tickets/sealing": ["tests/audit/test_log.py", "tests/web/admin/test_audit.py"],
    "tickets/verifying": ["tests/audit/test_log.py", "tests/web/admin/test_audit.py"],
    "tickets/search": ["tests/tickets/test_search.py", "tests/web/workspace"],
    "tickets/counting": ["tests/tickets/test_queues.py", "tests/web/workspace"],
    "tickets/undo_send": [f"{ACTIONS}/test_withdraw.py", ACTIONS, "tests/web/portal", "tests/security/test_late.py"],
    "channels/": [*LETTERS, *SENDING],
    "channels/email/": [*READING, *LETTERS, *SENDING],
    "channels/email/receiver": [DOORSTEP, "tests/channels/test_receiver.py", "tests/channels/test_receiver_limits.py"],
    "channels/email/coming": [
        "tests/channels/email/test_coming.py",
        DOORSTEP,
        "tests/channels/test_receiver_limits.py",
    ],
    "channels/email/connection_limits": [
        DOORSTEP,
        "tests/channels/test_receiver_limits.py",
        "tests/channels/test_receiver.py",
    ],
    "channels/email/backpressure": [
        DOORSTEP,
        "tests/channels/test_receiver.py",
        "tests/channels/test_receiver_limits.py",
    ],
    "channels/email/ingest": ["tests/channels/email/test_ingest.py", "tests/channels/test_receiver.py", *LETTERS],
    "channels/email/pipe": ["tests/channels/test_pipe.py"],
    "channels/email/batch_writer": ["tests/channels/email/test_ingest.py", "tests/channels/test_receiver.py"],
    "channels/email/send": [LEAVING, *SENDING],
    "channels/email/sender": [LEAVING, *SENDING],
    "channels/email/connections": [LEAVING, *SENDING],
    "channels/email/routes": [LEAVING, *SENDING],
    "channels/email/signing": [LEAVING, *SENDING, "tests/web/admin/test_senders.py"],
    "channels/email/whole": ["tests/channels/test_many_files.py", *LETTERS],
    "channels/email/signed": ["tests/channels/email/test_signed.py", "tests/web/admin/test_senders.py", *SENDING],
    "channels/email/writing": [LEAVING, *SENDING, "tests/notices"],
    "channels/email/answers": [LEAVING, *SENDING],
    "channels/email/redirects": [*READING, "tests/channels/test_redirected.py", *LETTERS],
    "channels/email/imap": ["tests/channels/test_xoauth.py", *READING],
    "channels/email/proving": ["tests/channels/email/test_proving.py", "tests/web/admin/test_senders.py"],
    "channels/outbox": [
        "tests/channels/test_leaving.py",
        "tests/channels/test_outbox.py",
        *SENDING,
        "tests/faults/test_outages.py",
    ],
    "channels/email/forwards": ["tests/channels/test_reply_to.py", "tests/web/workspace/test_forwarded.py", *LETTERS],
    "channels/cc_suggestions": ["tests/channels/test_senders.py", "tests/web/workspace/test_copied.py", *LETTERS],
    "channels/senders": ["tests/channels/test_senders.py", *LETTERS],
    "channels/email/offers": ["tests/channels/test_senders.py", *LETTERS],
    "channels/email/channel": ["tests/channels/test_taking.py", "tests/channels/test_leaving.py", *LETTERS],
    "channels/jobs": ["tests/channels/test_jobs.py", *LETTERS, *SENDING],
    "channels/email/account_letters": ["tests/channels/test_account_letters.py", "tests/people", "tests/web/accounts"],
    "notices/": NOTICES,
    "api/": ["tests/api", "tests/security/test_api_matrix.py"],
}
# Tried against servers of their own (tests/peers).
LEFT_OUT = ("channels/email/fetch", "channels/email/parser_child")
# They take minutes; what they would notice must be noticed beside the code, too.
NOT_ASKED = ("tests/channels/email/test_fuzz.py", "tests/security/test_sight.py")


def name_of(path: Path) -> str:
    """The name by which a file of the program is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules() -> list[Path]:
    """What is changed: the rules of the five floors, without models and migrations (tests/shape/test_migrations.py)."""
    found = [path for floor in FLOORS for path in sorted((ROOT / "firstline" / floor).rglob("*.py"))]
    return [path for path in found if not _is_left_out(path)]


def guards_of(path: Path) -> list[str]:
    """The test files and folders for a module, nearest first."""
    module = path.relative_to(ROOT / "firstline").as_posix()
    fitting = max((name for name in GUARDS if module.startswith(name)), key=len)
    return list(dict.fromkeys(GUARDS[fitting]))


def _is_left_out(path: Path) -> bool:
    module = path.relative_to(ROOT / "firstline").as_posix()
    return (
        path.name in ("__init__.py", "apps.py")
        or not {"migrations", "models"}.isdisjoint(path.parts)
        or module.startswith(LEFT_OUT)
        or module.endswith("/models.py")
    )
