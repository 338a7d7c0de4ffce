"""The jobs of the channels. Each is safe to run twice and on several workers."""

from datetime import timedelta

from procrastinate.contrib.django import app

from firstline.channels import intake, outbox
from firstline.channels.base import OUT, TAKE
from firstline.channels.models import InboundMessage
from firstline.kit import clock
from firstline.kit.job_batching import together
from firstline.kit.retrying import Patient
from firstline.kit.schedule import FIRST, comes_again
from firstline.notices.tell import SEND

AGAIN = Patient(max_attempts=6, exponential_wait=4)
LEFT_BEHIND = timedelta(minutes=3)


@app.task(name=TAKE, retry=AGAIN, task_middleware=[together(intake.take_all)])
def take(received: int) -> None:
    """Let in what was received."""
    intake.take(received)


@app.task(name=SEND, queue=OUT, retry=AGAIN, task_middleware=[together(outbox.send_all)])
def send(delivery: int) -> None:
    """Send a letter, and those that waited behind it."""
    outbox.send(delivery)


@app.periodic(cron="* * * * *")
@app.task(name="firstline.channels.sweep", queueing_lock="channels_sweep", pass_context=False, priority=FIRST)
@comes_again
def sweep(timestamp: int | None = None) -> None:
    """Start again what nobody works on any more, in both directions."""
    outbox.sweep()
    waiting = InboundMessage.objects.filter(state="new", received_at__lt=clock.now() - LEFT_BEHIND)
    for pk in waiting.order_by("received_at").values_list("pk", flat=True)[: outbox.BATCH]:
        outbox.start(TAKE, lock=f"take {pk}", received=pk)
