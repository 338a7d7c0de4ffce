"""Persons: everybody who asks or answers. The same row signs in, writes letters and is called by phone.

To be known is not to have an account: `Person.account` says how somebody came to theirs, and whoever has none cannot
get in by any way. That is asked here, where all ways pass: passwords, sessions, and `with_account` for what is found by
another key (tokens, passkeys, links).
"""

import secrets
from collections.abc import Hashable
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.kit.bilingual import BilingualName
from firstline.kit.compiled_queries import composed
from firstline.kit.mailbox import AddressField, AddressOrDomainField, normal
from firstline.kit.names import NameField


def with_account(prefix: str = "") -> models.Q:
    """The condition that a person may get in; `prefix` leads to the person, such as "person__"."""
    known = models.Q((f"{prefix}kind", Person.Kind.HUMAN), (f"{prefix}account", ""))
    return models.Q((f"{prefix}is_active", True)) & ~known


class PersonManager(BaseUserManager["Person"]):
    def by_email(self, address: str) -> "Person | None":
        """The active or inactive person with this address among theirs, however it is spelled."""
        return self.by_identity(Identity.EMAIL, address)

    def by_identity(self, kind: str, subject: str) -> "Person | None":
        """The active or inactive person whom the channels of this kind know by this."""
        return next(iter(_by_identity(kind, form_of(kind, subject))), None)

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Whoever signs in by this address. Raises DoesNotExist."""
        person = self.by_email(username or "")
        if person is None:
            raise self.model.DoesNotExist
        return person

    def create_person(self, *, name: str, email: str = "", password: str | None = None, **more: Any) -> "Person":
        """Somebody new. Without `account` they are only known: they cannot sign in, whatever password is given."""
        person = self.model(name=name.strip(), email=normal(email) or None, **more)
        person.set_password(password) if password else person.set_unusable_password()
        person.save(using=self._db)
        return person

    def of_address(self, address: str, *, name: str, **more: Any) -> "Person":
        """Whoever has this address, else somebody new. Two at once for one address get the same person."""
        person = self.by_email(address)
        if person is not None:
            return person
        try:
            with transaction.atomic():
                return self.create_person(name=name, email=address, **more)
        except IntegrityError:
            return self.get_by_natural_key(address)

    def able(self) -> models.QuerySet["Person"]:
        """Those who may get in."""
        return self.filter(with_account())

    def system(self) -> "Person":
        """The person who acts for machines: timers, rules, imports."""
        person, _made = self.get_or_create(kind=Person.Kind.SYSTEM, defaults={"name": "Firstline", "password": "!"})
        return person


class Person(AbstractBaseUser):
    class Kind(models.TextChoices):
        HUMAN = "human", _("Person")
        BOT = "bot", _("Bot")
        SYSTEM = "system", _("System")

    class Account(models.TextChoices):
        SETUP = "setup", _("First start")
        ADMINISTRATOR = "administrator", _("Made or invited by an administrator")
        DOMAIN = "domain", _("By an address of an allowed domain")
        EARLIER = "earlier", _("From an earlier version")

    name = NameField(_("Name"), max_length=120)
    email = AddressField(_("E-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HUMAN)
    language = models.CharField(_("Language"), max_length=10, default="en")
    zone = models.CharField(_("Time zone"), max_length=40, default="UTC")
    country = models.CharField(_("Country or region"), max_length=2, blank=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    department = models.CharField(_("Department"), max_length=120, blank=True)
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("Manager")
    )
    vip = models.BooleanField(_("VIP"), default=False)
    admin = models.BooleanField(_("Administrator"), default=False)
    is_active = models.BooleanField(default=True)
    account = models.CharField(
        _("Account"), max_length=20, choices=Account, blank=True, default="", db_default="", editable=False
    )
    """How they came to their account; empty for whoever is only known, by a letter, a call or a colleague."""
    session_round = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """What everything by which somebody comes in as this person is checked against: one more, and all of it has ended.

    `people.holdings` moves it on, and the database does when somebody is deactivated, whichever way; it never falls."""
    bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when letters come back from `bounced_address`; `notices.bounced` writes it."""
    bounced_address = models.CharField(max_length=254, blank=True, db_default="", editable=False)
    bounced_why = models.CharField(max_length=20, blank=True, db_default="", editable=False)
    """A key of `notices.failure_reasons.REASONS`."""
    created_at = models.DateTimeField(default=clock.now, editable=False)
    named_as = ""
    """In memory alone: by which address somebody has just named them (`tickets.naming`), who is told no other."""

    objects = PersonManager()
    USERNAME_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="address_in_small_letters"),
            models.UniqueConstraint("kind", condition=models.Q(kind="system"), name="one_system_person"),
        ]
        indexes = [models.Index(fields=["name"]), models.Index(fields=["phone"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_machine(self) -> bool:
        return self.kind != self.Kind.HUMAN

    def beside(self, *, doubted: bool = False) -> str:
        """The address that is to stand beside their name where they chose that themselves: of whoever has no account or
        opened their own, and where nothing proves that it was they. Empty for all others."""
        is_sure = self.is_machine or (self.has_account and self.account != self.Account.DOMAIN and not doubted)
        return "" if is_sure or not self.email or self.email == self.name.lower() else self.email

    @property
    def has_account(self) -> bool:
        """Whether they may get in: `with_account`, of one person. A machine acts by tokens and needs nobody's leave."""
        return self.is_active and (self.is_machine or bool(self.account))

    @property
    def is_bounced(self) -> bool:
        """Whether letters to the address of today come back; what was true of an earlier address is not said of it."""
        return bool(self.bounced_at and self.email) and self.bounced_address == self.email

    @cached_property
    def seats(self) -> "tuple[Any, ...]":
        """Where this person works: all desk memberships, read once per instance."""
        return tuple(_seats(self.pk))

    @property
    def shape(self) -> Hashable:
        """What decides how the queries of his lists look: who he is, and where he works as what."""
        return self.pk, self.admin, self.kind, tuple((seat.desk_id, seat.team_id, seat.role) for seat in self.seats)

    def forget_seats(self) -> None:
        self.__dict__.pop("seats", None)

    def check_password(self, raw_password: str) -> bool:
        """Whether it is theirs and lets them in; without an account none does, after the same work."""
        return super().check_password(raw_password) and self.has_account

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        if not self.has_account:
            return secrets.token_hex()  # no session was begun with it, so none is believed
        # As Django makes it until sessions are ended for the first time, so that an upgrade signs nobody out.
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        value = f"{self.password}\0{self.session_round}" if self.session_round else self.password
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


class Identity(models.Model):
    """By what a channel knows a person: an address of theirs, or who they are on a platform. See people.identities.

    `Person.email` is the one of their addresses to which emails go; the database keeps a row here for it, whichever
    way it is written (people/0010), so that the release before knows nothing of this table and nothing goes astray.
    """

    EMAIL = "email"

    class How(models.TextChoices):
        """How it was found out that it is theirs. Empty: somebody wrote it there, or it came with an email."""

        ADMINISTRATOR = "administrator", _("Entered by an administrator")
        LINK = "link", _("They opened a link that was sent there")
        CHANNEL = "channel", _("They wrote from there, signed in")

    person = models.ForeignKey(Person, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=254)
    """In its one form (`form_of`), and unique among all of its kind."""
    verified_how = models.CharField(max_length=20, choices=How, blank=True, default="", db_default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when letters to it come back; `notices.bounced` writes it, also of the address to which emails go."""
    preferred = models.BooleanField(default=False, db_default=False)
    """Whether they are told there of what happens; one of each person's."""
    created_at = models.DateTimeField(default=clock.now, db_default=models.functions.Now(), editable=False)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="one_person_per_identity"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(preferred=True), name="one_preferred_identity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_main_address(self) -> bool:
        """Whether it is the address to which emails go."""
        return self.kind == self.EMAIL and self.subject == self.person.email


def form_of(kind: str, subject: str) -> str:
    """An identity's subject in its one form: that of an address, else as the channel writes it."""
    return normal(subject) if kind == Identity.EMAIL else subject.strip()


@composed
def _by_identity(kind: str, subject: str) -> "models.QuerySet[Person]":
    return Person.objects.filter(identities__kind=kind, identities__subject=subject)


@composed
def _seats(person: int) -> models.QuerySet[Any]:
    memberships: Any = Person._meta.get_field("memberships").related_model
    return memberships.objects.filter(person=person).select_related("desk", "team").order_by("pk")


class Skill(BilingualName):
    """Something an agent is good at: networks, SAP, Japanese."""

    key = models.SlugField(unique=True)
    persons = models.ManyToManyField(Person, related_name="skills", blank=True)


class Sitting(models.Model):
    """A browser in which a person is signed in. `key` is that of Django's session; see people.sessions."""

    class How(models.TextChoices):
        PASSWORD = "password", _("Password")
        CODE = "code", _("Password and code")
        RECOVERY = "recovery", _("Password and recovery code")
        SECOND_PASSKEY = "second_passkey", _("Password and passkey")
        PASSKEY = "passkey", _("Passkey")
        LINK = "link", _("Link in a letter")
        DEMO = "demo", _("Demo")
        SETUP = "setup", _("First start")

    person = models.ForeignKey(Person, models.CASCADE, related_name="sittings")
    key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    how = models.CharField(max_length=20, choices=How)
    began_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.person_id} by {self.how} since {self.began_at}"


class AccountLink(models.Model):
    """A link in a letter by which its reader sets a password, once; see
    people.password_links. Only a hash of it is kept."""

    class Purpose(models.TextChoices):
        RESET = "reset", _("New password")
        INVITATION = "invitation", _("Invitation")

    person = models.ForeignKey(Person, models.CASCADE, related_name="account_links")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    address = AddressField()
    hash = models.CharField(max_length=64, unique=True, null=True)
    """None until the letter is written: the link is nowhere but in the letter."""
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    round = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """The person's `session_round` when it was made; see people.holdings."""
    used_at = models.DateTimeField(null=True)
    """When it was used, or when a newer one took its place."""
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} for {self.address}"


class AccountDomain(models.Model):
    """People with an address here may open an account themselves; see people.domains."""

    domain = AddressOrDomainField(_("Email domain"), max_length=253, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.domain


class Attempts(models.Model):
    """How often somebody tried something that may be tried only so often; see people.rate_limit."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name_plural = "attempts"

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
