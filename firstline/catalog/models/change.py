"""The history of the settings: who changed what, and what it was before."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from firstline.catalog.models.desk import Desk
from firstline.kit import clock
from firstline.kit.bilingual import BilingualName
from firstline.people.models import Person

_RECORDED_AS = {"catalog.tier": "catalog.line", "catalog.closurecode": "catalog.option", "sla.slatarget": "sla.goal"}
"""Models that once had another name. The history goes on with that: names in a log stay."""
_MODELS = {kind: label for label, kind in _RECORDED_AS.items()}


class SettingChange(BilingualName):
    """One save. `kind` is the model ("catalog.desk"), the name is the thing's own; `changes` is {field: [old, new]}."""

    class What(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", pgettext_lazy("history", "Changed")
        REMOVED = "removed", _("Removed")

    at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    kind = models.CharField(max_length=40)
    row = models.PositiveBigIntegerField()
    # Whose managers may read it; none for what belongs to all desks.
    desk = models.ForeignKey(Desk, models.SET_NULL, null=True, blank=True, related_name="+")
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["desk", "-id"], name="changes_of_a_desk")]

    @staticmethod
    def kind_of(model: type[models.Model]) -> str:
        """How the history calls this sort of thing."""
        return _RECORDED_AS.get(model._meta.label_lower, model._meta.label_lower)

    @property
    def model(self) -> type[models.Model]:
        """The sort of thing that was changed."""
        return apps.get_model(_MODELS.get(self.kind, self.kind))


def is_named_by_an_administrator(person: Person) -> bool:
    """Whether an administrator wrote the name that they have, as far back as the history of settings goes."""
    return SettingChange.objects.filter(kind="people.person", row=person.pk, changes__has_key="name").exists()
