"""What a form asked at one time: a row for each set of questions that a request type has had."""

from django.db import models

from firstline.catalog.models.service import RequestType
from firstline.kit import clock


class FormVersion(models.Model):
    """Made by the database whenever the questions of a request type change, whoever changes them, and never changed
    (migration 0012). It outlives the request type: a ticket shows its answers by the questions that were asked."""

    request_type = models.ForeignKey(RequestType, models.SET_NULL, null=True, related_name="versions")
    number = models.PositiveIntegerField()
    """From 1, for each request type."""
    fields = models.JSONField()
    """As `RequestType.fields` was."""
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request_type", "number"], name="versions_of_a_form")]

    def __str__(self) -> str:
        return f"{self.request_type_id} · {self.number}"

    @staticmethod
    def of(request_type: RequestType) -> "FormVersion":
        """The newest with the questions that this row has, though others may be asked by now."""
        return FormVersion.objects.filter(request_type=request_type, fields=request_type.fields).latest("number")
