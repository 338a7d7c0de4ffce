"""The addresses of one ticket, under /desk/."""

from django.urls import path

from firstline.web.workspace import (
    canned_replies,
    clock_explanation,
    composer,
    copied,
    deliveries,
    drafts,
    forwarded,
    presence,
    ticket,
    verb_views,
)

urlpatterns = [
    path("tickets/<str:number>/", ticket.show, name="ticket"),
    path("tickets/<str:number>/parts/", ticket.parts, name="ticket-parts"),
    path("tickets/<str:number>/earlier/", ticket.earlier, name="ticket-earlier"),
    path("tickets/<str:number>/send/", composer.send, name="ticket-send"),
    path("tickets/<str:number>/messages/<int:message>/undo/", composer.undo, name="ticket-undo"),
    path("tickets/<str:number>/letters/<int:delivery>/again/", deliveries.again, name="letter-again"),
    path("tickets/<str:number>/copied/", copied.settle, name="ticket-copied"),
    path("tickets/<str:number>/forwarded/", forwarded.ask_for, name="ticket-forwarded"),
    path("tickets/<str:number>/draft/", drafts.save, name="ticket-draft"),
    path("tickets/<str:number>/answers/", canned_replies.show, name="ticket-answers"),
    path("tickets/<str:number>/colleagues/", canned_replies.colleagues, name="ticket-colleagues"),
    path("tickets/<str:number>/present/", presence.present, name="ticket-present"),
    path("tickets/<str:number>/faces/", presence.faces, name="ticket-faces"),
    path("tickets/<str:number>/clocks/<str:kind>/<int:round>/", clock_explanation.show, name="ticket-clock"),
    path("tickets/<str:number>/verbs/<str:verb>/", verb_views.verb, name="ticket-verb"),
]
