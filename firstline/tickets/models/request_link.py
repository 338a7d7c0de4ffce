"""The leave to follow one request by a link in emails, for those who have no account; see tickets.following."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from firstline.kit import clock
from firstline.kit.mailbox import AddressField
from firstline.tickets.models.ticket import Ticket


class RequestLink(models.Model):
    """One for each person and request; all emails about it carry the same. Its secret is not kept, but made anew
    from `seed` and SECRET_KEY (tickets.following); whoever has only the rows has a hash."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="request_links")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="request_links")
    address = AddressField()
    """To which it was sent; with another address it no longer works."""
    round = models.PositiveIntegerField()
    """The person's `session_round`: what ends their sessions ends it too."""
    seed = models.CharField(max_length=43)
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(default=clock.now, db_index=True)
    """When an email last carried it."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "person"], condition=Q(ended_at__isnull=True), name="one_link_to_a_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} for {self.person_id}"
