"""What runs, what waits, what failed, and what to do: the state of the desk for its administrator."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from firstline.audit.models import AuditEntry
from firstline.people.request import PersonRequest
from firstline.web.admin.guards import administers
from firstline.web.admin.shell import settings_page
from firstline.web.health_stats import Running, measured

LONG_SECONDS = 120
LEAST_FREE = 1024**3


@dataclass(frozen=True)
class Line:
    """One thing that runs, or does not; `do` is empty when all is well."""

    sentence: str
    do: str = ""

    @property
    def is_well(self) -> bool:
        return not self.do


@require_GET
@administers
def show(request: PersonRequest) -> HttpResponse:
    lines = [*_background(now := measured()), *_mail(now), *_log(now), *_disk()]
    return settings_page(
        request, "admin/status.html", here="settings-status", lines=sorted(lines, key=lambda line: line.is_well)
    )


def _background(now: Running) -> Iterator[Line]:
    if now.workers:
        said = ngettext("%(n)s worker is at work.", "%(n)s workers are at work.", now.workers) % {"n": now.workers}
        yield Line(said)
    else:
        yield Line(
            _("No worker runs: nobody is told anything, and no deadline is acted on."), _("Start one: firstline worker")
        )
    said = ngettext("%(n)s job is due.", "%(n)s jobs are due.", now.jobs) % {"n": now.jobs}
    late = now.jobs_oldest_seconds > LONG_SECONDS
    yield Line(
        said,
        _("The oldest waits for %(minutes)s minutes. Start more workers.") % _minutes(now.jobs_oldest_seconds)
        if late
        else "",
    )
    if now.jobs_failed:
        said = ngettext("%(n)s job failed for good.", "%(n)s jobs failed for good.", now.jobs_failed) % {
            "n": now.jobs_failed
        }
        yield Line(said, _("The worker's output of that time says why; firstline doctor names them."))
    if now.clocks_late_seconds > LONG_SECONDS:
        yield Line(
            _("Deadlines are over and nobody was told: the oldest for %(minutes)s minutes.")
            % _minutes(now.clocks_late_seconds),
            _("A worker acts on them every 15 seconds; see whether one runs."),
        )
    else:
        yield Line(_("Deadlines are acted on in time."))


def _mail(now: Running) -> Iterator[Line]:
    late = now.outbox_oldest_seconds > LONG_SECONDS
    said = ngettext("%(n)s email is to be sent.", "%(n)s emails are to be sent.", now.outbox) % {"n": now.outbox}
    yield Line(
        said,
        _("The oldest waits for %(minutes)s minutes. See whether the mail server answers.")
        % _minutes(now.outbox_oldest_seconds)
        if late
        else "",
    )
    if now.deliveries_failed:
        said = ngettext(
            "%(n)s email could not be delivered since yesterday.",
            "%(n)s emails could not be delivered since yesterday.",
            now.deliveries_failed,
        )
        why = ngettext("Its request says why.", "Their requests say why.", now.deliveries_failed)
        yield Line(said % {"n": now.deliveries_failed}, why)
    late = now.received_oldest_seconds > LONG_SECONDS
    said = ngettext(
        "%(n)s email that came is not let in yet.", "%(n)s emails that came are not let in yet.", now.received
    )
    yield Line(
        said % {"n": now.received},
        _("The oldest waits for %(minutes)s minutes. See whether a worker runs.")
        % _minutes(now.received_oldest_seconds)
        if late
        else "",
    )
    if now.unreadable:
        said = ngettext("%(n)s email could not be read.", "%(n)s emails could not be read.", now.unreadable)
        kept = ngettext(
            "It is kept; look at it and try again.", "They are kept; look at them and try again.", now.unreadable
        )
        yield Line(said % {"n": now.unreadable}, kept)


def _log(now: Running) -> Iterator[Line]:
    last = AuditEntry.objects.filter(name="verified").first()
    if last and last.data.get("broken"):
        yield Line(_("The log was tampered with."), _("The audit log names the first row."))
    elif last:
        yield Line(_("The log was whole at its last check."))


def _disk() -> Iterator[Line]:
    free = shutil.disk_usage(settings.DATA).free
    said = _("%(free)s GB are free for files.") % {"free": f"{free / 1024**3:.1f}"}
    yield Line(said, _("Make room: without it emails and files are refused.") if free < LEAST_FREE else "")


def _minutes(seconds: int) -> dict[str, int]:
    return {"minutes": seconds // 60}
