"""What is tidied up about accounts."""

from procrastinate.contrib.django import app

from firstline.kit.retrying import NIGHTLY
from firstline.people import password_links, rate_limit, sessions


@app.periodic(cron="41 3 * * *")
@app.task(name="firstline.people.forget_old", queueing_lock="people_forget_old", pass_context=False, retry=NIGHTLY)
def forget_old(timestamp: int | None = None) -> None:
    """Drop expired sessions, old links and counters that are long over."""
    sessions.forget_old()
    password_links.forget_old()
    rate_limit.forget_old()
