"""For jobs that the schedule brings anyway: an outage just then is no failure for somebody to look into."""

import inspect
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from procrastinate.exceptions import ConnectorException

from firstline.kit.transient_errors import outage_of

logger = logging.getLogger(__name__)

FIRST = 100
"""The priority of what must not wait behind a thousand jobs; theirs is 0."""

Job = TypeVar("Job", bound=Callable[..., Any])


def comes_again(job: Job) -> Job:
    """Make a scheduled job end quietly when the database or the disk fails it; the next run does what is left."""

    @wraps(job)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return job(*args, **kwargs)
        except Exception as error:
            _pass_over(job, error)

    @wraps(job)
    async def run_async(*args: Any, **kwargs: Any) -> Any:
        try:
            return await job(*args, **kwargs)
        except Exception as error:
            _pass_over(job, error)

    return run_async if inspect.iscoroutinefunction(job) else run  # type: ignore[return-value]


def _pass_over(job: Callable[..., Any], error: Exception) -> None:
    if not isinstance(error, ConnectorException) and outage_of(error) is None:
        raise error
    logger.warning("%s was cut short by an outage; the next run goes on. %s", job.__name__, error)
