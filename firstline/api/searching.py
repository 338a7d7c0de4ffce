"""The words of a search in a call: no more than are looked for, as no page would say that some were left out."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from firstline.kit.tokenizer import MOST_ASKED, MOST_WORDS, is_cut


def _all_are_looked_for(given: str) -> str:
    if is_cut(given):
        most = {"words": MOST_WORDS, "characters": MOST_ASKED}
        said = _("A search takes at most %(words)s words and %(characters)s characters.") % most
        raise PydanticCustomError("too_many_words", "{said}", {"said": said})
    return given


Words = Annotated[
    str,
    AfterValidator(_all_are_looked_for),
    Field(description="Words that all occur, in any language; at most ten, of 200 characters together."),
]
