"""Every address of the desk. Path = view = template."""

from django.urls import URLPattern, URLResolver, path

from firstline.web import files

urlpatterns: list[URLPattern | URLResolver] = [
    path("files/", files.upload, name="upload"),
    path("files/<uuid:id>/", files.file, name="file"),
    path("files/<uuid:id>/remove/", files.remove, name="file-remove"),
]
