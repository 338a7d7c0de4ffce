"""What the API's description promises: every parameter and every field of a body, with its default and its bounds."""

from typing import Any

import pytest
from django.test import Client

from firstline.api.models import Token
from firstline.kit.tokenizer import MOST_ASKED, MOST_WORDS
from tests.api.shapes import BODIES_TAKEN
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NONE: dict[str, Any] = {}


def page(usual: int, most: int) -> dict[str, Any]:
    return {"default": usual, "minimum": 1, "maximum": most}


# Path and parameter: its default and bounds; those that are words or nothing have none
PARAMETERS: dict[tuple[str, str], dict[str, Any]] = {
    ("/persons", "q"): {"minLength": 1, "maxLength": 200},
    ("/persons", "limit"): page(20, 100),
    ("/tickets", "limit"): page(50, 100),
    ("/tickets/{number}/messages", "limit"): page(200, 1000),
    ("/tickets/{number}/events", "limit"): page(200, 1000),
    **{("/tickets", name): NONE for name in "desk phase kind channel priority assignee requester q cursor".split()},
    ("/tickets/{number}/messages", "cursor"): NONE,
    ("/tickets/{number}/events", "cursor"): NONE,
}
SAY = ["text"]
# Body: what must be said, and what is meant where the rest is left out
BODIES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "TicketIn": (
        SAY,
        {
            **{"subject": "", "format": "plain", "desk": None, "request_type": None, "service": None},
            **{"requester": None, "channel": "api", "impact": 1, "urgency": 2, "answers": {}, "files": []},
        },
    ),
    "MessageIn": (SAY, {"format": "plain", "internal": False, "to_askers": False, "seen": None, "files": []}),
    **dict.fromkeys(
        "AcceptIn ResumeIn WakeIn CloseIn UnmergeIn DeclineIn WatchIn UnwatchIn EndLinksIn".split(), ([], {})
    ),
    "AssignIn": (["to"], {}),
    "ClassifyIn": (["kind"], {"service": None}),
    "ChangePriorityIn": (["impact", "urgency"], {}),
    "EscalateIn": (["handover"], {"team": None, "line": None}),
    "WriteDownIn": (["text", "channel"], {}),
    "SendBackIn": (["reason"], {"wrong": False}),
    "TransferIn": (["desk", "reason"], {}),
    "HoldIn": (["reason"], {"until": None, "seen": None}),
    "SnoozeIn": (["until"], {"seen": None}),
    "ResolveIn": (["resolution"], {"format": "plain", "cause": None, "to_askers": False, "seen": None}),
    "ReopenIn": (["reason"], {}),
    "CancelIn": ([], {"reason": "", "seen": None}),
    "RateIn": (["score"], {"stars": None, "words": ""}),
    "UnlinkIn": (["other"], {}),
    "MergeIn": (["other"], {"share": False, "seen": None}),
    "LinkIn": (["other"], {"kind": "related"}),
    "AddParticipantIn": (["email"], {}),
    "ShareIn": ([], {"email": None}),
    "UnshareIn": ([], {"email": None}),
    "TagIn": (["tags"], {}),
    "RenameIn": (["subject"], {}),
    "FileIn": (
        [],
        {"module": None, "cause": None, "business": None, "repeated": None, "description": "", "remarks": ""},
    ),
    "SplitIn": (["message", "subject"], {}),
    "MentionIn": (["emails", "message"], {}),
    "AttachIn": (["files"], {}),
}


@pytest.fixture
def described() -> dict[str, Any]:
    return Client().get("/api/v1/openapi.json").json()  # type: ignore[no-any-return]


def test_every_parameter_has_these_bounds_and_this_default(described: dict[str, Any]) -> None:
    found = {}
    for path, operations in described["paths"].items():
        for given in operations.get("get", {}).get("parameters", []):
            if given["in"] == "query":
                kept = ("default", "minimum", "maximum", "minLength", "maxLength")
                about = {name: value for name, value in given["schema"].items() if name in kept and value is not None}
                found[path.removeprefix("/api/v1"), given["name"]] = about
    assert found == PARAMETERS
    required = {
        (path.removeprefix("/api/v1"), given["name"])
        for path, operations in described["paths"].items()
        for given in operations.get("get", {}).get("parameters", [])
        if given["in"] == "query" and given.get("required")
    }
    assert required == {("/persons", "q")}


def test_every_body_says_what_is_needed_and_what_is_meant_by_what_is_left_out() -> None:
    found = {
        name: (
            [each for each, about in kind.model_fields.items() if about.is_required()],
            {each: about.get_default() for each, about in kind.model_fields.items() if not about.is_required()},
        )
        for name, kind in BODIES_TAKEN.items()
    }
    assert found == BODIES
    assert all(kind.model_config["extra"] == "forbid" for kind in BODIES_TAKEN.values())


def test_it_says_what_it_is_and_asks_for_a_token(described: dict[str, Any]) -> None:
    assert (described["info"]["title"], described["info"]["version"]) == ("Firstline", "1")
    assert next(iter(described["components"]["securitySchemes"].values()))["scheme"] == "bearer"
    assert all(each.get("security") for operations in described["paths"].values() for each in operations.values())
    tags = {tag for operations in described["paths"].values() for each in operations.values() for tag in each["tags"]}
    assert tags == {"tickets", "verbs", "desk"}
    ids = [each["operationId"] for operations in described["paths"].values() for each in operations.values()]
    assert len(ids) == len(set(ids))
    assert {"send_back_ticket", "end_links_ticket", "accept_ticket"} <= set(ids)


def test_the_words_of_a_search_are_at_most_so_many() -> None:
    assert (MOST_WORDS, MOST_ASKED) == (10, 200)


def test_a_made_up_secret_of_a_token_is_none() -> None:
    Token.issue(Cast.make().mei, scopes=["read"])
    assert Token.found("fl_x") is None
