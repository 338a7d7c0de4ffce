"""Tokens of programs, and the answers they were given, so that a repeated call changes nothing."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.kit.compiled_queries import composed
from firstline.people.holdings import IN_FORCE, round_of
from firstline.people.models import Person, with_account
from firstline.tickets.errors import NotAllowed

USUAL_LIFE = timedelta(days=90)
TOUCHED_AGAIN_AFTER = timedelta(minutes=5)


class Token(models.Model):
    """A program acts as its person, within its scopes. Only a hash of the token is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """The person's `session_round` when it was made; see people.holdings."""
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    tail = models.CharField(max_length=4, blank=True, db_default="")
    """Its last characters, by which a person tells one from another."""

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at is not None and self.expires_at > clock.now()

    @property
    def may_read(self) -> bool:
        return bool(self.scopes)

    @property
    def may_write(self) -> bool:
        return self.Scope.WRITE in self.scopes

    @classmethod
    def issue(cls, person: Person, *, scopes: list[str], name: str = "", expires_at: datetime | None = None) -> str:
        """Make a token and return it; this is the only time that it can be read. It works for 90 days if not said.

        Raises NotAllowed for a person without an account.
        """
        if not person.has_account:
            raise NotAllowed(_("%(name)s has no account, so no program can act for them.") % {"name": person.name})
        secret = f"fl_{secrets.token_urlsafe(32)}"
        cls.objects.create(
            person=person,
            round=round_of(person),
            name=name,
            hash=digest(secret),
            tail=secret[-4:],
            scopes=scopes,
            expires_at=expires_at or clock.now() + USUAL_LIFE,
        )
        return secret

    @classmethod
    def found(cls, secret: str) -> "Token | None":
        """The valid token with this secret, its person read along. None when all that its person held was ended, and
        when they have no account."""
        token = next(iter(_by_hash(digest(secret))), None)
        return token if token and token.is_valid else None

    @classmethod
    def kept(cls) -> "models.QuerySet[Token]":
        """Those that were not revoked and have not ended with all that their person held; some may be over by time."""
        return cls.objects.filter(IN_FORCE, revoked_at=None)

    def touch(self) -> None:
        """Remember that it is used, to five minutes."""
        now = clock.now()
        if self.used_at is None or self.used_at < now - TOUCHED_AGAIN_AFTER:
            type(self).objects.filter(pk=self.pk).update(used_at=now)

    def revoke(self) -> None:
        """It never works again; what it did stays."""
        type(self).objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=clock.now())


@composed
def _by_hash(hash: str) -> "models.QuerySet[Token]":
    return Token.objects.select_related("person").filter(IN_FORCE, with_account("person__"), hash=hash)


class Answer(models.Model):
    """What a call with an Idempotency-Key was answered; written in the same transaction as its change."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["created_at"], name="answers_by_age")]

    def __str__(self) -> str:
        return self.key


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
