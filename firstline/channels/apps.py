from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "firstline.channels"
    label = "channels"
