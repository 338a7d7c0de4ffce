"""Finding the right form from a few words, in either language, with a slip or two."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import rjieba
from django.db.models import Q, QuerySet

from firstline.catalog.models import RequestType, Service
from firstline.kit.compiled_queries import composed

MOST = 6
ENOUGH = 0.34
CHINESE = re.compile(r"[㐀-鿿]+")
LATIN = re.compile(r"[a-z0-9.+#]+")
# Words that say nothing about what is wanted.
EMPTY = frozenset(
    "a an the to of in on for my is it i can not cannot do does how want need please with and or me we our "
    "the this that has have does doesn t s am are was".split()
) | {"我", "的", "了", "吗", "怎", "怎么", "请", "想", "要", "不", "一", "个", "在", "是", "有"}


@dataclass(frozen=True)
class Found:
    """A form that fits, and the service through which it was found, if that has no form of its own."""

    request_type: RequestType
    service: Service | None = None

    @property
    def name(self) -> str:
        return self.service.name if self.service else self.request_type.name

    @property
    def help(self) -> str:
        return self.service.item if self.service else self.request_type.help


def open_request_types() -> list[RequestType]:
    """All forms that people may fill in now, in the desks' order."""
    return _open()


@composed
def _open() -> QuerySet[RequestType]:
    found = RequestType.objects.filter(active=True, desk__active=True).select_related("desk", "service")
    return found.order_by("desk__order", "desk__key", "order", "pk")


def anything(types: Sequence[RequestType], *, desk_id: int | None = None) -> RequestType | None:
    """The form for those who do not know which to choose: the desk's own, else the first there is."""
    general = [each for each in types if each.anything]
    own = [each for each in general if each.desk_id == desk_id]
    return next(iter([*own, *general]), None)


def find(words: str, types: Sequence[RequestType]) -> list[Found]:
    """The forms that fit the words, best first, at most six; those for anything are never among them."""
    wanted = _words(words)
    if not wanted:
        return []
    scored: list[tuple[float, int, Found]] = []
    for place, each in enumerate(types):
        if not each.anything:
            service = each.service
            texts = [each.name_en, each.name_zh, each.help_en, each.help_zh, each.words]
            texts += [service.name_en, service.name_zh, service.item_en, service.item_zh] if service else []
            scored.append((_score(wanted, texts, strong=2), place, Found(each)))
    for place, service in enumerate(_services_without_form(types), start=len(types)):
        form = anything(types, desk_id=service.category.desk_id)
        if form:
            texts = [service.name_en, service.name_zh, service.item_en, service.item_zh, service.class_zh]
            scored.append((_score(wanted, texts, strong=2), place, Found(form, service)))
    scored = [one for one in scored if one[0] >= ENOUGH]
    scored.sort(key=lambda one: (-one[0], one[1]))
    return [found for _points, _place, found in scored[:MOST]]


def _services_without_form(types: Iterable[RequestType]) -> list[Service]:
    with_form = {each.service_id for each in types if each.service_id}
    services = Service.objects.filter(~Q(pk__in=with_form), active=True, category__desk__active=True)
    return list(services.select_related("category").order_by("category__order", "order"))


def _score(wanted: list[str], texts: Sequence[str], *, strong: int) -> float:
    """How much of what is wanted the texts have, 0 to 1; the first `strong` texts (the names) count a little more."""
    names, others = _folded(" ".join(texts[:strong])), _folded(" ".join(texts[strong:]))
    points = sum(max(_nearest(word, names), 0.85 * _nearest(word, others)) for word in wanted)
    return points / len(wanted)


def _nearest(word: str, text: str) -> float:
    if CHINESE.match(word):
        pairs = [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        return sum(pair in text for pair in pairs) / len(pairs)
    known = LATIN.findall(text)
    if word in known:
        return 1.0
    if len(word) >= 2 and any(each.startswith(word) for each in known):
        return 0.9
    return 0.7 if len(word) >= 4 and any(_is_slip(word, each) for each in known) else 0.0


def _is_slip(word: str, known: str) -> bool:
    """One or two letters wrong, as in "pasword"."""
    if abs(len(word) - len(known)) > 2 or word[0] != known[0]:
        return False
    return SequenceMatcher(None, word, known).ratio() >= 0.8


def _words(text: str) -> list[str]:
    """The words that say something: Latin ones as they are, Chinese ones as the dictionary cuts them."""
    folded = _folded(text[:400])
    words = LATIN.findall(folded) + [word for run in CHINESE.findall(folded) for word in rjieba.cut(run)]
    return list(dict.fromkeys(word for word in words if word not in EMPTY))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
