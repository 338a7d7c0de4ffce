"""A delivery as a letter, in the language of whoever gets it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext, ngettext, override
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from firstline.kit.lists import listed
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
            text = environment(html=False).get_template(f"{delivery.template}.txt").render(facts)
            html = environment(html=True).get_template(f"{delivery.template}.html").render(facts)
        except (UndefinedError, KeyError) as error:
            raise Blank(str(error)) from error
    return Rendered(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)


@cache
def environment(*, html: bool) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
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
