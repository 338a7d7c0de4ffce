"""The addresses of the settings, under /settings/."""

from django.urls import path

from firstline.web.admin import audit, calendars, desks, goals, history, overview, people, request_types, things

urlpatterns = [
    path("", overview.show, name="settings"),
    path("people/", people.index, name="settings-people"),
    path("people/new/", people.edit, name="settings-person-new"),
    path("people/suggest/", people.suggest, name="settings-suggest"),
    path("people/<int:id>/", people.edit, name="settings-person"),
    path("calendars/", calendars.index, name="settings-calendars"),
    path("calendars/new/", calendars.new, name="settings-calendar-new"),
    path("calendars/<int:id>/", calendars.edit, name="settings-calendar"),
    path("calendars/<int:id>/days/", calendars.add_day, name="settings-day-new"),
    path("calendars/<int:id>/days/<int:day>/remove/", calendars.remove_day, name="settings-day-remove"),
    path("calendars/<int:id>/fill/", calendars.fill, name="settings-fill"),
    path("calendars/<int:id>/remove/", calendars.remove, name="settings-calendar-remove"),
    path("goals/", goals.index, name="settings-goals"),
    path("goals/new/", goals.edit, name="settings-goal-new"),
    path("goals/<int:id>/", goals.edit, name="settings-goal"),
    path("goals/<int:id>/move/", goals.move, name="settings-goal-move"),
    path("goals/<int:id>/remove/", goals.remove, name="settings-goal-remove"),
    path("history/", history.index, name="settings-history"),
    path("audit/", audit.index, name="settings-audit"),
    path("audit/check/", audit.check, name="settings-audit-check"),
    path("desks/new/", desks.new, name="settings-desk-new"),
    path("desks/<str:desk>/", desks.edit, name="settings-desk"),
    path("desks/<str:desk>/request-types/new/", request_types.edit, name="settings-request-type-new"),
    path("desks/<str:desk>/request-types/<int:id>/", request_types.edit, name="settings-request-type"),
    path("desks/<str:desk>/<slug:part>/", things.index, name="settings-list"),
    path("desks/<str:desk>/<slug:part>/new/", things.edit, name="settings-new"),
    path("desks/<str:desk>/<slug:part>/<int:id>/", things.edit, name="settings-edit"),
    path("desks/<str:desk>/<slug:part>/<int:id>/move/", things.move, name="settings-move"),
    path("desks/<str:desk>/<slug:part>/<int:id>/remove/", things.remove, name="settings-remove"),
]
