from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "firstline.catalog"
    label = "catalog"

    def ready(self) -> None:
        from firstline.catalog.own_addresses import is_ours
        from firstline.people import identities

        identities.OURS.append(is_ours)
