"""When a job is tried again: later and later if it fails, soon if it was the database that was away."""

from procrastinate import RetryDecision, RetryStrategy
from procrastinate.jobs import Job

from firstline.kit.transient_errors import outage_of

SOON_SECONDS = 5
AFTER_OUTAGES = 60
"""So often within outages. What still finds one then has made it."""


class Patient(RetryStrategy):
    """RetryStrategy for failures of the job's own. An outage is none: it is tried again after five seconds, even if
    this is the fifth failover that it meets, and whatever `retry_exceptions` says."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        outage = outage_of(exception) or outage_of(exception.__cause__)
        if outage is not None and outage.status == 503 and job.attempts < AFTER_OUTAGES:
            return RetryDecision(retry_in={"seconds": SOON_SECONDS})
        return super().get_retry_decision(exception=exception, job=job)


NIGHTLY = Patient(max_attempts=5, exponential_wait=5)
"""Of what comes once a night: the next run is too far away to leave it to that."""
