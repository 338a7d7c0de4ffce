"""The first start: the first administrator, and a desk that can be used at once."""

from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from firstline.catalog.models import Desk, Membership
from firstline.catalog.templates import office_calendar, standard_desk, standard_goals
from firstline.config import config
from firstline.kit.mailbox import check_plain, normal
from firstline.people import administrators, rate_limit
from firstline.people.models import Person, Sitting
from firstline.people.request import OpenRequest
from firstline.web.accounts import entering
from firstline.web.render import page

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
# Where one zone is as good as one country, its holidays are filled in.
COUNTRIES = {"Asia/Shanghai": "CN", "Asia/Hong_Kong": "HK", "Asia/Taipei": "TW", "Asia/Singapore": "SG"} | {
    "Asia/Tokyo": "JP", "Europe/Berlin": "DE", "Europe/Paris": "FR", "Europe/London": "GB",
}  # fmt: skip
ONE_AT_A_TIME = 7_311_001


class SetupForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        validators=[check_plain],
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least ten characters."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    desk_en = forms.CharField(label=gettext_lazy("The desk's name in English"), max_length=120)
    desk_zh = forms.CharField(label=gettext_lazy("The desk's name in Chinese"), max_length=120)
    key = forms.CharField(
        label=gettext_lazy("Letters before its numbers"),
        help_text=gettext_lazy("Begins each number of this desk, as in IT-1042."),
        validators=[RegexValidator(r"^[A-Z][A-Z0-9]{1,7}$", gettext_lazy("Two to eight capital letters or digits."))],
    )
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=ZONES)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password

    def save(self) -> Person:
        """The administrator; raises ValidationError if somebody else was quicker."""
        given = self.cleaned_data
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
            if not administrators.never_were():
                raise ValidationError(_("Somebody has just set this desk up. Please sign in."))
            if Person.objects.by_email(given["email"]) is not None:
                raise ValidationError(_("This address is somebody's here already. Please take another one."))
            person = Person(email=normal(given["email"]))
            person.name, person.zone, person.language = given["name"], given["zone"], get_language() or "en"
            person.admin = person.is_active = True
            person.account = Person.Account.SETUP
            person.set_password(given["password"])
            person.save()
            if not Desk.objects.exists():
                self._furnish(person)
        return person

    def _furnish(self, person: Person) -> None:
        given = self.cleaned_data
        key, zone = given["key"], given["zone"]
        calendar = office_calendar(zone=zone, country=COUNTRIES.get(zone, ""))
        address = f"{key.lower()}@{config().mail_domain}"
        desk = standard_desk(key, given["desk_en"], given["desk_zh"], calendar=calendar, address=address)
        standard_goals()
        Membership.objects.create(person=person, desk=desk, role=Membership.Role.MANAGER)
        first = desk.teams.order_by("line__rank").first()
        Membership.objects.create(person=person, desk=desk, team=first, role=Membership.Role.AGENT)


@sensitive_post_parameters("password")
def setup(request: OpenRequest) -> HttpResponse:
    """The page and its answer; it does not exist once there was an administrator. Where none is left, it says who makes
    one: by the web it would be whoever comes first."""
    if not administrators.never_were():
        if administrators.are_able():
            raise Http404
        return page(request, "accounts/setup_over.html", status=403)
    chinese = (get_language() or "en").startswith("zh")
    first = {"desk_en": "IT service desk", "desk_zh": "IT 服务台", "key": "IT"}
    first["zone"] = "Asia/Shanghai" if chinese else "UTC"
    form = SetupForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and not rate_limit.take("setup", rate_limit.network(request)):
        form.add_error(None, _("Too many attempts. Please try again in a quarter of an hour."))
    elif request.method == "POST" and form.is_valid():
        try:
            person = form.save()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The desk is ready."))
            return entering.begin(request, person, how=Sitting.How.SETUP)
    return page(request, "accounts/setup.html", status=422 if form.errors else 200, form=form)
