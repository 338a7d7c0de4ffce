"""The addresses of the workspace, under /desk/."""

from django.urls import path

from firstline.web.workspace import bounced, bulk, palette, people, queues, recording, shell, ticket_urls, today, views

urlpatterns = [
    path("", queues.home, name="desk-home"),
    path("rail/", shell.rail, name="rail"),
    path("queue/<slug:key>/", queues.queue, name="queue"),
    path("bulk/<slug:verb>/", bulk.bulk, name="bulk"),
    path("views/", views.save, name="view-save"),
    path("views/<int:id>/", views.change, name="view-change"),
    path("views/<int:id>/delete/", views.delete, name="view-delete"),
    path("palette/", palette.palette, name="palette"),
    path("people/", people.search, name="people-search"),
    path("people/<int:id>/", people.show, name="person"),
    path("people/<int:id>/recent/", people.recent, name="person-recent"),
    path("people/<int:id>/try-address/", bounced.try_again, name="try-address"),
    path("record/", recording.record, name="record"),
    path("record/<str:number>/", recording.add, name="record-add"),
    path("today/", today.today, name="today"),
    *ticket_urls.urlpatterns,
]
