"""Persons: everybody who asks or answers. The same row signs in, writes letters and is called by phone."""

from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from firstline.kit import clock
from firstline.kit.bilingual import BilingualName


class PersonManager(BaseUserManager["Person"]):
    def by_email(self, address: str) -> "Person | None":
        """The active or inactive person with this address, whatever its letter case."""
        return self.filter(email=address.strip().lower()).first()

    def create_person(self, *, name: str, email: str = "", password: str | None = None, **more: Any) -> "Person":
        person = self.model(name=name.strip(), email=email.strip().lower() or None, **more)
        person.set_password(password) if password else person.set_unusable_password()
        person.save(using=self._db)
        return person

    def system(self) -> "Person":
        """The person who acts for machines: timers, rules, imports."""
        person, _made = self.get_or_create(kind=Person.Kind.SYSTEM, defaults={"name": "Firstline", "password": "!"})
        return person


class Person(AbstractBaseUser):
    class Kind(models.TextChoices):
        HUMAN = "human", _("Person")
        BOT = "bot", _("Bot")
        SYSTEM = "system", _("System")

    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-mail"), unique=True, null=True, blank=True)
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
    created_at = models.DateTimeField(default=clock.now, editable=False)

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

    @cached_property
    def seats(self) -> "tuple[Any, ...]":
        """Where this person works: all desk memberships, read once per instance."""
        return tuple(self.memberships.select_related("desk", "team"))

    def forget_seats(self) -> None:
        self.__dict__.pop("seats", None)


class Skill(BilingualName):
    """Something an agent is good at: networks, SAP, Japanese."""

    key = models.SlugField(unique=True)
    persons = models.ManyToManyField(Person, related_name="skills", blank=True)


class Attempts(models.Model):
    """How often somebody tried to sign in as one account from one address; see people.throttle."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name_plural = "attempts"

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
