"""The people of every test: Mei asks, Bo answers (L1), Yu (L1.5), Chen knows (L2 network), Dana leads, Ada administers,
Omar is an outsider, Hana sits at the HR desk. `Cast.make()` sets up two desks as an administrator would."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from firstline.catalog import config_cache, senders
from firstline.catalog.models import Category, ClosureCode, Desk, Inbox, Membership, RequestType, Service, Team, Tier
from firstline.people.models import Person
from firstline.sla.models import Calendar, SlaTarget
from firstline.tickets import actions
from firstline.tickets.models import Ticket

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Shanghai, where the cast works from 9 to 18 with a lunch break."""


@dataclass
class Cast:
    mei: Person
    bo: Person
    yu: Person
    chen: Person
    dana: Person
    ada: Person
    omar: Person
    hana: Person
    it: Desk
    hr: Desk
    first: Team
    first_plus: Team
    network: Team
    business: Team
    vpn: Service
    sap: Service

    @classmethod
    def make(cls) -> "Cast":
        office = _office()
        it = Desk.objects.create(key="IT", name_en="IT service desk", name_zh="IT 服务台", calendar=office, order=1)
        hr = Desk.objects.create(key="HR", name_en="Human resources", name_zh="人事服务台", calendar=office, order=2)
        teams = _teams(it, {"l1": ("L1", 1), "l15": ("L1.5", 2), "network": ("L2", 3), "business": ("L2", 3)})
        hr_team = _teams(hr, {"hr": ("L1", 1)})["hr"]
        category = Category.objects.create(desk=it, key="network", name_en="Network", name_zh="网络")
        service = Service.objects.create
        vpn = service(category=category, key="vpn", name_en="VPN", name_zh="VPN", team=teams["network"])
        sap = service(category=category, key="sap", name_en="SAP", name_zh="SAP 系统", team=teams["business"])
        for order, (key, option_list) in enumerate(
            [("hardware", "cause"), ("operator", "cause"), ("erp", "module"), ("access", "business")]
        ):
            ClosureCode.objects.create(
                desk=it, list=option_list, key=key, name_en=key.title(), name_zh=key, order=order
            )
        RequestType.objects.create(
            desk=it, key="laptop", name_en="Laptop or phone", name_zh="电脑或手机有问题", order=1
        )
        RequestType.objects.create(
            desk=it, key="else", name_en="Something else", name_zh="其他", anything=True, order=9
        )
        RequestType.objects.create(desk=hr, key="leave", name_en="Leave", name_zh="休假问题", order=1)
        Inbox.objects.create(desk=it, address="it@desk.example")
        Inbox.objects.create(desk=hr, address="hr@desk.example")
        for address in ("it@desk.example", "hr@desk.example"):
            senders.name(address, how="before")
        _goals()
        people = {name: _person(name, **more) for name, more in PEOPLE.items()}
        for name, desk, team, role in [
            ("bo", it, teams["l1"], "agent"),
            ("yu", it, teams["l15"], "agent"),
            ("chen", it, teams["network"], "agent"),
            ("dana", it, None, "manager"),
            ("hana", hr, hr_team, "agent"),
        ]:
            Membership.objects.create(person=people[name], desk=desk, team=team, role=role)
        config_cache.forget()
        return cls(
            **people, it=it, hr=hr, first=teams["l1"], first_plus=teams["l15"], network=teams["network"],
            business=teams["business"], vpn=vpn, sap=sap,
        )  # fmt: skip

    def ask(self, **more: Any) -> Ticket:
        """Mei asks the IT desk about her VPN."""
        given: dict[str, Any] = {
            "by": self.mei,
            "desk": self.it,
            "subject": "VPN keeps dropping",
            "text": "Since this morning.",
            "channel": "portal",
            "verified": True,
        }
        given |= more
        if given.get("answers") and not given.get("request_type"):
            given["request_type"] = self.form(*given["answers"], desk=given["desk"])
        return actions.open_ticket(**given)

    def form(self, *keys: str, desk: Desk | None = None) -> RequestType:
        """A form of the desk that asks for these."""
        asked = [{"key": key, "label_en": key.title(), "label_zh": key} for key in keys]
        made, _new = RequestType.objects.get_or_create(
            desk=desk or self.it,
            key="-".join(keys)[:40],
            defaults={"name_en": "Form", "name_zh": "表单", "fields": asked},
        )
        return made

    def asked(self, **more: Any) -> Ticket:
        """The same, read afresh."""
        return fresh(self.ask(**more))


PEOPLE: dict[str, dict[str, Any]] = {
    "mei": {"full": "Lin Mei", "department": "Finance", "city": "Shanghai", "country": "CN", "language": "zh-hans"},
    "bo": {"full": "Bo Wen", "department": "IT", "city": "Shanghai", "country": "CN"},
    "yu": {"full": "Yu Han", "department": "IT", "city": "Shanghai", "country": "CN"},
    "chen": {"full": "Chen Rui", "department": "IT", "city": "Shanghai", "country": "CN"},
    "dana": {"full": "Dana Weiss", "department": "IT", "city": "Berlin", "country": "DE", "zone": "Europe/Berlin"},
    "ada": {"full": "Ada Okoye", "department": "IT", "city": "Berlin", "country": "DE", "admin": True},
    "omar": {"full": "Omar Haddad", "department": "Sales", "city": "Berlin", "country": "DE"},
    "hana": {"full": "Hana Sato", "department": "HR", "city": "Shanghai", "country": "CN"},
}


def fresh(ticket: Ticket) -> Ticket:
    """The ticket as the database has it."""
    return Ticket.objects.get(pk=ticket.pk)


def _person(name: str, *, full: str, zone: str = "Asia/Shanghai", **more: Any) -> Person:
    return Person.objects.create_person(
        name=full, email=f"{name}@corp.example", zone=zone, account=Person.Account.ADMINISTRATOR, **more
    )


def _office() -> Calendar:
    day = [["09:00", "12:00"], ["13:00", "18:00"]]
    return Calendar.objects.create(
        key="office",
        name_en="Office hours",
        name_zh="工作时间",
        zone="Asia/Shanghai",
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day),
    )


def _teams(desk: Desk, wanted: dict[str, tuple[str, int]]) -> dict[str, Team]:
    teams = {}
    for key, (line_key, rank) in wanted.items():
        line, _made = Tier.objects.get_or_create(
            desk=desk, key=line_key, defaults={"rank": rank, "name_en": f"Line {line_key[1:]}", "name_zh": line_key}
        )
        teams[key] = Team.objects.create(
            desk=desk, line=line, key=key, name_en=f"{key.title()} team", name_zh=f"{key} 组"
        )
    return teams


def _goals() -> None:
    """Accept in 5 minutes; incidents: answer in 30 minutes, solve in 8 hours (4 when high); 20 minutes on L1."""
    for order, (clock, minutes, when) in enumerate(
        [
            ("acceptance", 5, {}),
            ("first_response", 30, {}),
            ("resolution", 240, {"priority": [1, 2]}),
            ("resolution", 480, {}),
            ("line", 20, {"line": ["L1"]}),
        ]
    ):
        SlaTarget.objects.create(
            clock=clock,
            minutes=minutes,
            when=when,
            order=order,
            warn_minutes=max(1, minutes // 4),
            name_en=f"{clock} {minutes}",
            name_zh=f"{clock} {minutes}",
            on_breach=["tell:manager"],
            on_warn=["tell:assignee"],
        )
