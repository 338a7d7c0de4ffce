"""What a desk does: the category table of seed 004 as services, and the forms by which people ask for them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from firstline.catalog.models.desk import Desk, Team
from firstline.kit.bilingual import BilingualName, pick


class Category(BilingualName):
    """服务类别: desktop, meetings, business systems."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="categories")
    key = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["desk", "order"]
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="one_category_per_key")]


class Service(BilingualName):
    """One row of the category table."""

    class Mode(models.TextChoices):
        REMOTE = "remote", _("Remote")
        ONSITE = "onsite", _("On site")
        BOTH = "both", _("Remote or on site")

    category = models.ForeignKey(Category, models.CASCADE, related_name="services")
    key = models.SlugField(max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    item_en = models.CharField(_("Service item in English"), max_length=200, blank=True)
    item_zh = models.CharField(_("Service item in Chinese"), max_length=200, blank=True)
    audience_en = models.CharField(max_length=80, default="Users")
    audience_zh = models.CharField(max_length=80, default="用户")
    class_en = models.CharField(_("Class in English"), max_length=80, blank=True)
    class_zh = models.CharField(_("Class in Chinese"), max_length=80, blank=True)
    channels = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    mode = models.CharField(_("Mode"), max_length=10, choices=Mode, blank=True)
    level = models.CharField(_("Service level"), max_length=80, blank=True, help_text=_("For example 5x8."))
    remarks = models.TextField(_("Remarks"), blank=True)
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("Second-line team"),
        related_name="services",
        help_text=_("Offered first when such a request is escalated."),
    )
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ["category", "order"]

    @property
    def item(self) -> str:
        return pick(self.item_en, self.item_zh)


class RequestType(BilingualName):
    """A form on the portal. `fields` is a list as `catalog.forms.FieldSpec` describes it."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="request_types")
    key = models.SlugField(max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="request_types")
    icon = models.CharField(max_length=40, default="circle-question-mark")
    help_en = models.CharField(max_length=300, blank=True)
    help_zh = models.CharField(max_length=300, blank=True)
    words = models.TextField(
        _("Search words"), blank=True, help_text=_("Further words, in any language, that lead here.")
    )
    fields = models.JSONField(default=list, blank=True)
    anything = models.BooleanField(
        _("Something else"), default=False, help_text=_("The form for those who do not know which to choose.")
    )
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        ordering = ["desk", "order"]

    @property
    def help(self) -> str:
        return pick(self.help_en, self.help_zh)
