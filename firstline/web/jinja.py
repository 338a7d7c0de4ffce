"""The Jinja2 environment of every page: its globals, its filters, and a strict idea of what is undefined."""

import datetime as dt
import zlib
from functools import lru_cache
from typing import Any

import lucide
from django.conf import settings
from django.contrib.messages import get_messages
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, FileSystemBytecodeCache, StrictUndefined, Template
from jinja2.environment import TemplateModule
from markupsafe import Markup, escape

from firstline.kit import clock, restore_hold, time_format
from firstline.kit.lists import listed
from firstline.kit.tokenizer import is_cut
from firstline.notices import failure_reasons
from firstline.web import demo_doors, preferences, toasts, words
from firstline.web.bodies import most_mb
from firstline.web.render_cache import remembered, sentence, url

CJK = ("\u3400", "\u9fff")
HUES = 12


def environment(**options: Any) -> Environment:
    """What Django's Jinja2 backend renders with; named in settings.TEMPLATES."""
    env = _Environment(
        loader=options["loader"],
        auto_reload=options["auto_reload"],
        bytecode_cache=_kept_templates(),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        _=sentence,
        gettext=sentence,
        get_messages=get_messages,
        icon=icon,
        is_cut=is_cut,
        is_demo=demo_doors.is_demo,
        language=get_language,
        languages=preferences.LANGUAGES,
        most_mb=most_mb,
        now=clock.now,
        remembered=remembered,
        static=static,
        stands_still=restore_hold.seen_to_stand_still,
        theme=preferences.theme,
        toasts_of=toasts.waiting,
        url=url,
        why_not_sent=failure_reasons.words,
        words=words.for_scripts,
    )
    env.filters.update(
        ago=ago,
        brief=brief,
        count=count,
        duration=time_format.span,
        filesize=filesizeformat,
        hue=hue,
        initials=initials,
        listed=listed,
        moment=time_format.full,
        when=when,
    )
    return env


class _Template(Template):
    def _get_default_module(self, ctx: Any = None) -> TemplateModule:
        """What others import from it. Jinja would look each time for globals of its own, which no template has here."""
        return super()._get_default_module()


class _Environment(Environment):
    template_class = _Template


def load_all() -> None:
    """Have every template in memory, so that processes forked from this one share them and no first visitor waits.

    At the very first start nothing is compiled yet, and the desk should rather be there.
    """
    if not any((settings.DATA / "templates").glob("*.cache")):
        return
    [engine] = engines.all()
    assert isinstance(engine, Jinja2)
    for name in engine.env.list_templates(extensions=["html"]):
        engine.env.get_template(name)


@lru_cache(maxsize=512)
def icon(name: str, size: int = 16) -> Markup:
    """A Lucide icon for the eye alone: whatever carries it must say its name in text."""
    drawn = lucide._render_icon(name, size, **{"class": "icon", "aria-hidden": "true", "stroke-width": "1.75"})
    return Markup(drawn)  # noqa: S704  from the package's own drawings


def when(moment: dt.datetime) -> Markup:
    """A <time> in short form: 09:02 today, 22 Nov this year."""
    return _time(moment, time_format.short(moment, now=clock.now()))


def brief(moment: dt.datetime) -> str:
    """The time if it is today, else the day and the time, as plain text: 11:30; 23 Nov 11:30."""
    return time_format.timed(moment, now=clock.now())


def ago(moment: dt.datetime) -> Markup:
    """A <time> that says how long ago it was; time.js keeps it true while the page is open."""
    return _time(moment, time_format.since(moment, now=clock.now()), ages=True)


def count(number: int, top: int = 999) -> str:
    """A number for a narrow place: 1000 becomes 999+."""
    return f"{top}+" if number > top else str(number)


def initials(name: str) -> str:
    """Two letters for a Latin name, the given name's last character for a Chinese one."""
    words_ = name.split()
    if not words_:
        return "?"
    last = words_[-1]
    if CJK[0] <= last[-1] <= CJK[1]:
        return last[-1]
    return (words_[0][0] + (last[0] if len(words_) > 1 else words_[0][1:2])).upper()


def hue(text: str) -> int:
    """A stable angle from 0 to 359 for a text, the same on every machine."""
    return zlib.crc32(text.encode()) % HUES * (360 // HUES)


def _kept_templates() -> FileSystemBytecodeCache | None:
    """Compiled templates are kept from one start to the next, beside whatever else is ours alone."""
    if settings.DEBUG or not settings.DATA.is_dir():
        return None
    folder = settings.DATA / "templates"
    folder.mkdir(mode=0o700, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _time(moment: dt.datetime, text: str, *, ages: bool = False) -> Markup:
    iso = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    title, mark = escape(time_format.full(moment)), " data-ago" if ages else ""
    return Markup(f'<time datetime="{iso}" title="{title}"{mark}>{escape(text)}</time>')  # noqa: S704  all is escaped
