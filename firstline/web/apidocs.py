"""The API to read and try at /api/v1/docs, by Swagger UI out of ninja's own static files."""

from django.http import HttpRequest, HttpResponse

from firstline.web.render import page


def docs(request: HttpRequest) -> HttpResponse:
    return page(request, "apidocs.html")
