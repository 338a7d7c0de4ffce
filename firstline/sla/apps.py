from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "firstline.sla"
    label = "sla"
