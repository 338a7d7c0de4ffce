"""In which form a notice is written. Each medium has a folder of templates, one file an event; channels share them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Medium:
    """`html`: whether there is a second body, beside the plain one."""

    key: str
    html: bool = False


MEDIA = {medium.key: medium for medium in (Medium("email", html=True), Medium("chat"))}
