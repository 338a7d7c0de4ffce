"""Once a night what is old goes; and bytes that nobody needs any more."""

from procrastinate.contrib.django import app

from firstline.kit.retrying import NIGHTLY, Patient
from firstline.retention import files, retaining


@app.periodic(cron="23 1 * * *")
@app.task(name="firstline.keeping.let_go", queueing_lock="let_go", pass_context=False, retry=NIGHTLY)
def let_go(timestamp: int | None = None) -> None:
    """Let go of what is older than its rule allows."""
    retaining.let_go()


@app.task(name=files.FORGET, retry=Patient(max_attempts=5, exponential_wait=5))
def forget_bytes(sha256: str) -> None:
    """Remove the bytes of a file that was removed, unless somebody attached the same."""
    files.forget(sha256)
