"""Fields of nothing in particular, one of each type, with every way in which one can be declared."""

from datetime import UTC, datetime

from firstline.kit.conditions import Field, Fields
from firstline.kit.conditions.types import CHOICE, DATE, NUMBER, PERSON, REFERENCE, SET, TEXT, TIME, WORDS, YES_NO

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

FIELDS = Fields(
    [
        Field("text", TEXT, "Text"),
        Field("choice", CHOICE, "Kind", choices=lambda: [("tea", "Tea"), ("milk", "Milk")]),
        Field(
            "place", REFERENCE, "Place", column="place_id", choices=lambda: [(1, "Here"), (2, "There")], table="a.place"
        ),
        Field("person", PERSON, "Person", names=lambda keys: {k: f"P{k}" for k in keys}, table="a.person"),
        Field("number", NUMBER, "Number"),
        Field("time", TIME, "Time"),
        Field("due", TIME, "Due", blank=NEVER),
        Field("date", DATE, "Date"),
        Field("yes_no", YES_NO, "Ready"),
        Field("set", SET, "Tags"),
        Field("words", WORDS, "Words", hangs_on=(("index", 7),)),
        Field("double", NUMBER, "Double", read=lambda facts, at: 2 * facts["number"], uses=("number",)),
    ]
)
