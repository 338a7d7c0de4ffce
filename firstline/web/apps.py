from django.apps import AppConfig

from firstline.kit import messages


class WebConfig(AppConfig):
    name = "firstline.web"
    label = "web"

    def ready(self) -> None:
        """Whatever starts, both languages are there: .mo files are made from .po, not kept in git."""
        messages.compile_all()
