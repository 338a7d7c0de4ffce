from django.apps import AppConfig


class KeepingConfig(AppConfig):
    name = "firstline.keeping"
    label = "keeping"
