"""Changes that a sample drew and nobody could feel, each with the reason: neither noticed nor unseen."""

from tests.mutants.changes import Change
from tests.mutants.guards import ROOT

SOONER = "what comes of it is the same; only a question less is asked"

# (Module below firstline/, what is changed): why nobody can feel it.
UNFELT: dict[tuple[str, str], str] = {
    (
        "channels/email/enclosed.py",
        "begin.end() > last_yend  →  begin.end() >= last_yend",
    ): "a beginning cannot end where its own end begins",
    ("channels/email/offers.py", "if not found  →  if False"): SOONER,
    ("tickets/sealing.py", "time.monotonic() > until  →  time.monotonic() >= until"): "within one tick of a clock",
    (
        "tickets/sealing.py",
        "if last - first < 4 * len(tickets)  →  if True",
    ): "by which of two statements it asks the same",
    ("channels/email/mime.py", "if len(chunks) > self.limits.parts  →  if False"): "they are counted once more where "
    "parts are taken apart, and refused there",
    ("channels/email/writing.py", "100  →  200"): "how long a field is that is remembered in its stored form",
    ("channels/email/channel.py", "without ways= in sender.send(rendered, ways=self.ways)"): SOONER,
    (
        "tickets/querysets.py",
        "without all= in mine.union(*others, all=True)",
    ): "a ticket is in the list or not, however often it is found",
    ("tickets/replay.py", "moved < rules  →  moved <= rules"): "within one microsecond of a migration",
    (
        "tickets/sealing.py",
        "20  →  40",
    ): "how long it waits for a transaction that holds it up; it goes on at its next hour",
}


def reason_of(change: Change) -> str:
    """Why nobody could feel it; "" when somebody could."""
    return UNFELT.get((change.path.relative_to(ROOT / "firstline").as_posix(), change.what), "")
