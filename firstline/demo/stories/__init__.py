"""What people at Lanternfield ask, and what becomes of it."""

from firstline.demo.stories import business, desktop, facilities, finance, infrastructure, law, people_desk
from firstline.demo.stories.parameters import parameters
from firstline.demo.stories.story import Story, Words

STORIES: list[Story] = [
    *desktop.STORIES,
    *business.STORIES,
    *infrastructure.STORIES,
    *people_desk.STORIES,
    *facilities.STORIES,
    *law.STORIES,
    *finance.STORIES,
]

__all__ = ["STORIES", "Story", "Words", "parameters"]
