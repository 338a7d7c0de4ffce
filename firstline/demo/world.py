"""The company as its past is lived: who is there, who can do what, and how long things take."""

from datetime import datetime, timedelta
from random import Random

from firstline.catalog import config_cache
from firstline.catalog.models import ClosureCode, Desk, RequestType, Service, Team
from firstline.demo.company import PLACES
from firstline.demo.people import MONITOR
from firstline.kit import clock
from firstline.people.models import Person
from firstline.sla.hours import Hours
from firstline.sla.models import Calendar
from firstline.sla.worktime import due, worked

SEED = 20


class World:
    """Everything is read once; people keep their seats in memory, so that verbs need not ask for them."""

    def __init__(self, people: dict[str, Person], desks: dict[str, Desk]) -> None:
        self.rng = Random(SEED)  # noqa: S311 -- the same company each time
        self.people, self.desks = people, desks
        self.now = clock.now()
        self.system = Person.objects.system()
        self.monitor = people[MONITOR]
        self.teams = {team.key: team for team in config_cache.current().teams.values()}
        self.services: dict[str, Service] = {each.key: each for each in config_cache.current().services.values()}
        self.options: dict[tuple[str, str, str], ClosureCode] = {
            (option.desk.key, option.list, option.key): option
            for option in ClosureCode.objects.select_related("desk").all()
        }
        self.forms = {form.key: form for form in RequestType.objects.all()}
        calendars = {calendar.key: calendar.hours() for calendar in Calendar.objects.all()}
        self.hours: dict[str, Hours] = {key: calendars[place.calendar] for key, place in PLACES.items()}
        self._place = {place.city: key for key, place in PLACES.items()}
        self._mates = self._seats()

    def place(self, person: Person) -> str:
        return self._place[person.city]

    def after(self, person: Person, minutes: float) -> datetime:
        """When so many minutes of the person's working time will have passed."""
        return self._due(clock.now(), minutes, self.hours[self.place(person)])

    def ago(self, place: str, minutes: float) -> datetime:
        """The moment since which so many minutes of work have passed at a place."""
        now, wanted = clock.now(), timedelta(minutes=minutes)
        early, late = now - timedelta(days=30), now
        while late - early > timedelta(seconds=20):
            middle = early + (late - early) / 2
            enough = worked(middle, now, self.hours[place]) >= wanted
            early, late = (middle, late) if enough else (early, middle)
        return early

    def takes(
        self, team: Team, language: str, minutes: float, *, not_by: Person | None = None
    ) -> tuple[Person, datetime]:
        """Who of a team takes the next ticket in that language, and when: whoever is at work first."""
        able = [mate for mate in self._mates[team.pk] if mate != not_by and _speaks(mate, language)]
        able = able or self._mates[team.pk]
        free = [(self.after(mate, minutes), self.rng.random(), mate) for mate in able]
        at, _any, mate = min(free, key=lambda each: each[:2])
        return mate, at

    def mates(self, team: Team) -> list[Person]:
        return self._mates[team.pk]

    def askers(self, desk: str, place: str, language: str) -> list[Person]:
        """Who may ask a desk something from a place, in a language: not those who work at that desk."""
        return [
            person
            for person in self.people.values()
            if person.city == PLACES[place].city
            and person.language == language
            and not any(seat.desk_id == self.desks[desk].pk for seat in person.seats)
        ]

    def chance(self, likely: float) -> bool:
        return self.rng.random() < likely

    def some(self, middle: float, spread: float = 0.7) -> float:
        """A time about `middle` minutes, now and then much longer."""
        return middle * self.rng.lognormvariate(0, spread)

    def _due(self, start: datetime, minutes: float, hours: Hours) -> datetime:
        return due(start, timedelta(minutes=minutes), hours) or start

    def _seats(self) -> dict[int, list[Person]]:
        mates: dict[int, list[Person]] = {team.pk: [] for team in self.teams.values()}
        for person in self.people.values():
            for seat in person.seats:
                if seat.team_id:
                    mates[seat.team_id].append(person)
        return mates


def _speaks(person: Person, language: str) -> bool:
    return language == "en" or person.language == language
