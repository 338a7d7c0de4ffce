"""The addresses of a demo."""

from django.urls import include, path

from firstline.urls import urlpatterns as ordinary

urlpatterns = [path("", include("firstline.web.demo.urls")), *ordinary]
