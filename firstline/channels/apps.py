from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "firstline.channels"
    label = "channels"

    def ready(self) -> None:
        from firstline.channels.registry import ROWS, register

        for row in ROWS:
            register(row)
