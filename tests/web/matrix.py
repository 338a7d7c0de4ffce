"""Which role gets what at which address, declared. A new address needs a row: in GET, in POST, or in both.

A row lists the expected status for each of tests.roles.ROLES, in order, for a request that Sven asked for Mei at the IT
desk; a POST is empty. What somebody may not know of answers 404.
"""

from tests.roles import Row

#                  anon  mei omar  pia sven   bo chen hana dana ivan  ada
EVERYBODY: Row = (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200)
SIGNED_IN: Row = (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200)
AT_WORK: Row = (302, 404, 404, 404, 404, 200, 200, 200, 200, 200, 200)
RECORDS: Row = (302, 404, 404, 404, 404, 200, 200, 200, 200, 404, 404)
AT_THIS_DESK: Row = (302, 404, 404, 404, 404, 200, 200, 404, 200, 200, 200)
READS_IT: Row = (302, 200, 404, 200, 404, 200, 200, 404, 200, 200, 200)
NOBODY: Row = (404,) * 11
GONE: Row = (410,) * 11
SETTLES: Row = (302, 404, 404, 404, 404, 404, 404, 404, 200, 404, 200)
UNKNOWN: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404)
ADMINISTERS: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200)

GET: dict[str, Row] = {
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "metrics": EVERYBODY,  # from this machine only, as the test's clients are: tests/web/test_metrics.py
    "api-docs": EVERYBODY,
    # The portal. Those who only work on a request are sent from its page to the desk's.
    "home": SIGNED_IN,
    "find": SIGNED_IN,
    "ask-anything": SIGNED_IN,
    "ask": SIGNED_IN,
    "my-requests": SIGNED_IN,
    "request": (302, 200, 404, 200, 200, 302, 302, 404, 302, 302, 302),
    "letter": (302, 200, 404, 200, 200, 200, 200, 404, 200, 200, 200),  # Sven: his own words
    "letter-picture": UNKNOWN,  # to whom a real one is shown: tests/web/test_letter_pictures.py
    "file": READS_IT,
    "rate": EVERYBODY,
    "rate-thanks": EVERYBODY,
    # Who has no link to it in this session, whoever it is: tests/web/portal/test_followed.py
    "follow": GONE,
    "followed": GONE,
    "followed-file": GONE,
    "letters-off": NOBODY,
    # Accounts
    "sign-in": (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    "second-factor": (302,) * 11,
    "forgotten": EVERYBODY,
    "link": (302,) * 11,
    "account-ask": NOBODY,  # where a domain is listed: tests/people/test_domains.py
    "account-link": (302,) * 11,
    "account-new": GONE,
    "new-password": (410,) * 11,
    "setup": NOBODY,
    "profile": SIGNED_IN,
    "confirm": SIGNED_IN,
    "security": SIGNED_IN,
    "app": SIGNED_IN,
    "tokens": SIGNED_IN,
    # The workspace
    "desk-home": (302, 404, 404, 404, 404, 302, 302, 302, 302, 302, 302),
    "rail": AT_WORK,
    "queue": AT_WORK,
    "bulk": AT_WORK,
    "palette": AT_WORK,
    "people-search": AT_WORK,
    "person": AT_WORK,
    "person-recent": AT_WORK,
    "record": RECORDS,
    "today": AT_WORK,
    "ticket": AT_THIS_DESK,
    "ticket-parts": AT_THIS_DESK,
    "ticket-earlier": AT_THIS_DESK,
    "ticket-answers": AT_THIS_DESK,
    "ticket-colleagues": AT_THIS_DESK,
    "ticket-faces": AT_THIS_DESK,
    "ticket-clock": AT_THIS_DESK,
    "ticket-verb": AT_THIS_DESK,
    # The settings: a manager has his own desk's; what is common belongs to administrators
    "settings": SETTLES,
    "settings-people": ADMINISTERS,
    "settings-person-new": ADMINISTERS,
    "settings-domains": ADMINISTERS,
    "settings-person": ADMINISTERS,
    "settings-tokens": ADMINISTERS,
    "settings-suggest": SETTLES,
    "settings-calendars": SETTLES,
    "settings-calendar-new": ADMINISTERS,
    "settings-calendar": SETTLES,
    "settings-calendar-remove": ADMINISTERS,
    "settings-goals": SETTLES,
    "settings-goal-new": SETTLES,
    "settings-goal": ADMINISTERS,
    "settings-goal-remove": ADMINISTERS,
    "settings-history": SETTLES,
    "settings-sending": ADMINISTERS,
    "settings-sender-new": ADMINISTERS,
    "settings-sender": ADMINISTERS,
    "settings-sender-remove": ADMINISTERS,
    "settings-sender-address-remove": ADMINISTERS,
    "settings-mail": SETTLES,
    "settings-letters": SETTLES,
    "settings-letter-raw": SETTLES,
    "settings-mailbox-new": SETTLES,
    "settings-mailbox": SETTLES,
    "settings-audit": ADMINISTERS,
    "settings-status": ADMINISTERS,
    "settings-erase": ADMINISTERS,
    "settings-retention": ADMINISTERS,
    "settings-desk-new": ADMINISTERS,
    "settings-desk": SETTLES,
    "settings-request-type-new": SETTLES,
    "settings-request-type": SETTLES,
    "settings-list": SETTLES,
    "settings-new": SETTLES,
    "settings-edit": SETTLES,
    "settings-remove": SETTLES,
}

# An empty form is refused with 422 by those pages that need something said.
SAYS_SOMETHING: Row = (302, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422)
AT_THIS_DESK_SAYS: Row = (302, 404, 404, 404, 404, 422, 422, 404, 422, 422, 422)
ANY_VIEW: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404)
SETTLES_SAYS: Row = (302, 404, 404, 404, 404, 404, 404, 404, 422, 404, 422)
SETTLES_DOES: Row = (302, 404, 404, 404, 404, 404, 404, 404, 302, 404, 302)
ADMINISTERS_SAYS: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 422)
TAKES_PART: Row = (302, 422, 404, 422, 422, 422, 422, 404, 422, 422, 422)
NOTHING_OF_HIS: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404)
ADMINISTERS_GOES_ON: Row = (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302)

POST: dict[str, Row] = {
    "upload": SAYS_SOMETHING,
    "file-remove": (302, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204),
    "language": (302,) * 11,
    "theme": (302,) * 11,
    # The portal
    "ask-anything": SAYS_SOMETHING,
    "ask": SAYS_SOMETHING,
    "request-reply": TAKES_PART,
    "request-colleague": TAKES_PART,
    "request-share": (302, 422, 404, 422, 422, 422, 422, 404, 422, 422, 422),
    "request-unshare": (302, 422, 404, 422, 422, 422, 422, 404, 422, 422, 422),
    "request-decline": (302, 302, 404, 422, 422, 422, 422, 404, 422, 422, 422),
    "request-cancel": (302, 302, 404, 422, 422, 302, 302, 404, 302, 422, 422),
    "request-confirm": TAKES_PART,
    "request-reopen": TAKES_PART,
    "request-rate": TAKES_PART,
    "rate": (422,) * 11,
    "followed-reply": GONE,
    "followed-confirm": GONE,
    "followed-reopen": GONE,
    "followed-decline": GONE,
    "followed-rate": GONE,
    "letters-off": NOBODY,
    # Accounts
    "sign-in": (422,) * 11,
    "second-factor": (302,) * 11,
    "passkey-enter": (422,) * 11,
    "passkey-options": EVERYBODY,
    "forgotten": (422,) * 11,
    "new-password": (410,) * 11,
    "account-ask": NOBODY,
    "account-new": GONE,
    "sign-out": (302,) * 11,
    "setup": NOBODY,
    "profile": SAYS_SOMETHING,
    "confirm": SAYS_SOMETHING,
    "password": SAYS_SOMETHING,
    "passkey-add": (302,) * 11,
    "passkey-new-options": SIGNED_IN,
    "passkey-remove": NOTHING_OF_HIS,
    "app": SAYS_SOMETHING,
    "app-remove": NOTHING_OF_HIS,
    "codes-renew": NOTHING_OF_HIS,
    "sessions-end": (302,) * 11,
    "session-end": NOTHING_OF_HIS,
    "tokens": SAYS_SOMETHING,
    "token-revoke": NOTHING_OF_HIS,
    "demo-sign-in": NOBODY,
    # The workspace
    "bulk": (302, 404, 404, 404, 404, 422, 422, 422, 422, 422, 422),
    "view-save": (302, 404, 404, 404, 404, 302, 302, 302, 302, 302, 302),
    "view-change": ANY_VIEW,
    "view-delete": ANY_VIEW,
    "record": (302, 404, 404, 404, 404, 422, 422, 422, 422, 404, 404),
    "record-add": AT_THIS_DESK_SAYS,
    "ticket-send": AT_THIS_DESK_SAYS,
    "ticket-undo": (302, 404, 404, 404, 404, 302, 302, 404, 302, 302, 302),
    "letter-again": (302, 404, 404, 404, 404, 302, 302, 404, 302, 403, 403),
    "try-address": (302, 404, 404, 404, 404, 302, 302, 302, 302, 404, 302),
    "ticket-forwarded": (302, 404, 404, 404, 404, 302, 302, 404, 302, 403, 403),
    "ticket-copied": (302, 404, 404, 404, 404, 302, 302, 404, 302, 403, 403),
    "ticket-draft": AT_THIS_DESK_SAYS,
    "ticket-present": AT_THIS_DESK,
    "ticket-verb": (302, 404, 404, 404, 404, 302, 302, 404, 302, 422, 422),
    # The settings
    "settings-person-new": ADMINISTERS_SAYS,
    "settings-domains": ADMINISTERS_SAYS,
    "settings-domain-remove": NOTHING_OF_HIS,
    "settings-person": ADMINISTERS_SAYS,
    "settings-person-invite": ADMINISTERS_GOES_ON,
    "settings-person-sign-out": ADMINISTERS_GOES_ON,
    "settings-person-identity-add": ADMINISTERS_GOES_ON,
    "settings-person-identity-remove": ADMINISTERS_GOES_ON,
    "settings-person-identity-prefer": ADMINISTERS_GOES_ON,
    "settings-person-factors-remove": NOTHING_OF_HIS,
    "settings-token-revoke": NOTHING_OF_HIS,
    "settings-calendar-new": ADMINISTERS_SAYS,
    "settings-calendar": ADMINISTERS_SAYS,
    "settings-day-new": ADMINISTERS_SAYS,
    "settings-day-remove": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-fill": ADMINISTERS_SAYS,
    "settings-calendar-remove": ADMINISTERS_SAYS,
    "settings-sender-new": ADMINISTERS_SAYS,
    "settings-sender": ADMINISTERS_SAYS,
    "settings-sender-remove": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-sender-test": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-sender-address-new": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-sender-address": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-sender-address-remove": ADMINISTERS_GOES_ON,
    "settings-signing-new": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-signing": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-goal-new": SETTLES_SAYS,
    "settings-goal": ADMINISTERS_SAYS,
    "settings-goal-move": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-goal-remove": ADMINISTERS_SAYS,
    "settings-audit-check": (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "settings-erase": ADMINISTERS_SAYS,
    "settings-retention": ADMINISTERS_SAYS,
    "settings-desk-new": ADMINISTERS_SAYS,
    "settings-desk": SETTLES_SAYS,
    "settings-request-type-new": SETTLES_SAYS,
    "settings-request-type": SETTLES_SAYS,
    "settings-new": SETTLES_SAYS,
    "settings-edit": SETTLES_SAYS,
    "settings-mailbox-new": SETTLES_SAYS,
    "settings-mailbox": SETTLES_SAYS,
    "settings-mailbox-test": SETTLES_DOES,
    "settings-letter-again": SETTLES_DOES,
    "settings-letters-again": SETTLES_DOES,
    "settings-move": (302, 404, 404, 404, 404, 404, 404, 404, 302, 404, 302),
    "settings-remove": SETTLES_SAYS,
}
