"""What is tidied up about accounts."""

from procrastinate.contrib.django import app

from firstline.kit.retrying import NIGHTLY
from firstline.people import links, sittings, throttle


@app.periodic(cron="41 3 * * *")
@app.task(name="firstline.people.forget_old", queueing_lock="people_forget_old", pass_context=False, retry=NIGHTLY)
def forget_old(timestamp: int | None = None) -> None:
    """Drop expired sessions, old links and counters that are long over."""
    sittings.forget_old()
    links.forget_old()
    throttle.forget_old()
