"""The words that scripts say, in the active language; base.html hands them over as JSON."""

from django.utils.translation import gettext as _


def for_scripts() -> dict[str, str]:
    """Key → sentence. `{n}`, `{d}`, `{h}`, `{m}` and `{name}` are filled in by the script."""
    return {
        "days_hours": _("{d} d {h} h"),
        "days": _("{d} d"),
        "hours_minutes": _("{h} h {m}"),
        "hours": _("{h} h"),
        "minutes": _("{m} min"),
        "just_now": _("just now"),
        "minutes_ago": _("{n} min ago"),
        "hours_ago": _("{n} h ago"),
        "days_ago": _("{n} d ago"),
        "draft_kept": _("Draft kept"),
        "draft_keeping": _("Keeping the draft…"),
        "draft_failed": _("The draft could not be kept"),
        "remove": _("Remove {name}"),
        "uploading": _("Uploading {name}…"),
        "too_large": _("{name} is larger than {n} MB, so it was not sent. What you wrote is still here."),
        "too_large_together": _("These files are together larger than {n} MB, so {name} was left out."),
        "upload_failed": _("{name} could not be uploaded"),
        "undo_left": _("{n} s"),
        "chosen": _("{n} selected"),
        "call": _("Colleagues"),
    }
