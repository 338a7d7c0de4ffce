"""One request of the past: who asks what, which way, and the ticket it becomes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from firstline.catalog.forms import specs_of
from firstline.catalog.models import ClosureCode, RequestType, Service, Team
from firstline.demo.pictures import content
from firstline.demo.stories import Story, Words, parameters
from firstline.demo.world import World
from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets import actions, files
from firstline.tickets.models import Message, Ticket

SCENARIOS = {"portal": ("search", "form", "home page"), "email": ("e-mail",), "chat": ("chat",), "phone": ("call",)}


@dataclass
class Case:
    world: World
    story: Story
    at: datetime
    requester: Person
    language: str
    channel: str
    words: Words = field(init=False)
    values: dict[str, str] = field(init=False)
    tickets: list[Ticket] = field(default_factory=list)
    asked_at: str = ""
    """Key of a wrong desk that it is asked at first."""
    late: bool = False
    """Whether something took too long; such people are less pleased."""

    def __post_init__(self) -> None:
        rng = self.world.rng
        self.values = parameters(rng, self.language, self.world.place(self.requester) if self.requester.city else "SH")
        self.words = Words(*(text.format_map(self.values) for text in self.story.words(self.language)))

    @property
    def ticket(self) -> Ticket:
        return self.tickets[0]

    @property
    def desk(self) -> str:
        return self.asked_at or self.story.desk

    @property
    def first_team(self) -> Team:
        return min(
            (team for team in self.world.teams.values() if team.desk.key == self.desk),
            key=lambda team: (team.line.rank, team.pk),
        )

    @property
    def service(self) -> Service:
        return self.world.services[self.story.service]

    def option(self, name: str, key: str) -> ClosureCode | None:
        return self.world.options.get((self.story.desk, name, key))

    def again(self, *, at: datetime, channel: str, requester: Person) -> "Case":
        """The same matter, asked once more."""
        other = replace(self, at=at, channel=channel, requester=requester, tickets=[])
        other.words, other.values = self.words, self.values
        return other

    def open(self, *, by: Person | None = None, **more: Any) -> Ticket:
        """Ask. On the phone and at the counter it is an agent who writes it down."""
        if by is None and self.channel in ("phone", "walk_in"):
            by = self.world.mates(self.first_team)[0]
        by_the_desk = by is not None or self.requester.is_machine
        has_form = self.channel == "portal" and not self.asked_at
        form = self.world.forms.get(self.story.form) if has_form else None
        kept = content(self.story.file) if self.story.file and self.channel in ("portal", "email", "chat") else None
        attached = [files.keep(kept[1], name=kept[0], by=self.requester)] if kept else []
        scenario = self.world.rng.choice(SCENARIOS.get(self.channel, ("",)))
        ticket = actions.open_ticket(
            by=by or self.requester,
            requester=self.requester,
            desk=self.world.desks[self.desk],
            subject=self.words.subject,
            text=self.words.text,
            channel=self.channel,
            request_type=form,
            service=form.service if form else None,
            answers=self._answers(form),
            attachments=attached,
            proof=self.proof,
            scenario=scenario if by_the_desk else "",
            verified=by is None and self.channel == "portal",
            **(more if by_the_desk else {}),
        )
        self.tickets.insert(0, ticket)
        return ticket

    @property
    def proof(self) -> str:
        """What is proved of who writes: the demo's mail server proves all of its people."""
        return Message.Proof.SERVER if self.channel == "email" else ""

    def _answers(self, form: RequestType | None) -> dict[str, Any]:
        specs = specs_of(form.fields) if form else []
        given: dict[str, Any] = {}
        for spec in specs:
            if spec.is_shown(given, specs) and (value := self._answer(spec)) not in ("", None):
                given[spec.key] = value
        return given

    def _answer(self, spec: Any) -> Any:
        rng = self.world.rng
        if spec.choices:
            values = [choice.value for choice in spec.choices if choice.value != "other"]
            value = self.story.module if self.story.module in values else rng.choice(values)
            return [value] if spec.kind == "checkbox" else value
        if spec.kind == "date":
            days = timedelta(days=rng.randrange(1, 9))
            return (clock.now() - days if spec.key == "since" else clock.now() + days).date().isoformat()
        if spec.kind == "number":
            return int(self.values["amount"].replace(",", "")) if spec.key == "amount" else int(self.values["n"])
        if spec.kind == "textarea":
            return self.words.text.splitlines()[0] if spec.required else ""
        known = {"place": "room", "room": "room", "asset": "asset", "partner": "partner", "account": "account"}
        known |= {"name": "colleague", "software": "software"}
        if spec.kind == "checkbox":
            return True
        return self.values.get(known.get(spec.key, ""), self.words.subject if spec.required else "")
