"""A delivery in the words of its event and in the form of its medium, in the language of whoever gets it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, ngettext, override
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from firstline.kit.lists import listed
from firstline.notices.media import MEDIA, Medium
from firstline.notices.models import Delivery
from firstline.notices.template_context import facts_of

TEMPLATES = Path(__file__).parent / "templates"


class Blank(Exception):
    """The letter would have had a blank where something is to be said."""


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(delivery: Delivery) -> Rendered:
    """The subject `[IT-1042] …`, which stays the same for a whole ticket, and both bodies. Raises Blank."""
    with override(delivery.language):
        facts = facts_of(delivery)
        try:
            subject = f"[{facts['number']}] {facts['subject']}"
            text, html = bodies(delivery.template, facts, medium=MEDIA[delivery.medium])
        except (UndefinedError, KeyError) as error:
            raise Blank(str(error)) from error
    return Rendered(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)


def bodies(template: str, facts: dict[str, Any], *, medium: Medium) -> tuple[str, str]:
    """The plain body and the one in HTML, which is empty where the medium has none."""
    text = environment(medium.key, html=False).get_template(f"{template}.txt").render(facts)
    html = environment(medium.key, html=True).get_template(f"{template}.html").render(facts) if medium.html else ""
    return text, html


@cache
def environment(medium: str, *, html: bool) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES / medium),
        autoescape=html,  # noqa: S701  plain text has nothing to escape
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["listed"] = listed
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return env
