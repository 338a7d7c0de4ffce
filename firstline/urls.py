"""Every address of the desk. Path = view = template."""

from django.urls import URLPattern, URLResolver, include, path

from firstline.api.app import api
from firstline.config import config
from firstline.web import apidocs, files, health, letters_off, metrics, preferences, styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("files/", files.upload, name="upload"),
    path("files/<uuid:id>/", files.file, name="file"),
    path("files/<uuid:id>/remove/", files.remove, name="file-remove"),
    path("letters/<str:token>/", letters_off.letters_off, name="letters-off"),
    path("language/", preferences.choose_language, name="language"),
    path("api/v1/docs", apidocs.docs, name="api-docs"),
    path("api/v1/", api.urls),
    path("theme/", preferences.choose_theme, name="theme"),
    path("desk/", include("firstline.web.workspace.urls")),
    path("", include("firstline.web.accounts.urls")),
    path("", include("firstline.web.portal.urls")),
    path("settings/", include("firstline.web.admin.urls")),
]

handler400 = "firstline.web.errors.bad_request"
handler403 = "firstline.web.errors.forbidden"
handler404 = "firstline.web.errors.not_found"
handler500 = "firstline.web.errors.server_error"

if config().demo:
    urlpatterns.append(path("", include("firstline.web.demo.urls")))
if config().debug or config().demo:
    urlpatterns.append(path("styleguide/", styleguide.show, name="styleguide"))
