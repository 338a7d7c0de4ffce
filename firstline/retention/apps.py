from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "firstline.retention"
    label = "keeping"  # its tables and migrations are known by it
