"""Who asks what, which way: stories are dealt like cards, so that none is told twice before the others were."""

from firstline.demo.arrivals import Arrival
from firstline.demo.case import Case
from firstline.demo.stories import STORIES, Story
from firstline.demo.world import World

DESKS = {"IT": 60, "HR": 12, "FAC": 12, "LAW": 6, "FIN": 10}
CHANNELS = {"portal": 43, "email": 24, "phone": 15, "chat": 11, "walk_in": 7}


class Deck:
    def __init__(self, world: World) -> None:
        self.world = world
        self.left: dict[tuple[str, bool], list[Story]] = {}

    def deal(self, arrival: Arrival) -> Case:
        rng = self.world.rng
        desk = "IT" if arrival.alert else rng.choices(list(DESKS), list(DESKS.values()))[0]
        story = self.story(desk, alert=arrival.alert)
        if arrival.alert:
            return Case(self.world, story, arrival.at, self.world.monitor, arrival.language, "alert")
        who = rng.choice(self.world.askers(desk, arrival.place, arrival.language))
        channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        return Case(self.world, story, arrival.at, who, arrival.language, channel)

    def story(self, desk: str, *, alert: bool = False) -> Story:
        cards = self.left.setdefault((desk, alert), [])
        if not cards:
            cards += [story for story in STORIES if story.desk == desk and story.alert == alert]
            self.world.rng.shuffle(cards)
        return cards.pop()
