"""Who signs in with one click on the sign-in page of a demo."""

from firstline.demo.company import DOMAIN

DEMO_SIGN_INS: dict[str, str] = {
    "requester": f"mei@{DOMAIN}",
    "l1": f"bo@{DOMAIN}",
    "l2": f"chen@{DOMAIN}",
    "manager": f"dana@{DOMAIN}",
    "admin": f"ada@{DOMAIN}",
}
"""Role → e-mail address."""
