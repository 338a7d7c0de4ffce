"""Pages that only a demo has."""

from django.urls import path

from firstline.web.demo import mail

urlpatterns = [
    path("demo/mail/", mail.letters, name="demo-mail"),
    path("demo/mail/<int:id>/", mail.letter, name="demo-letter"),
    path("demo/mail/<int:id>/body/", mail.body, name="demo-letter-body"),
    path("demo/mail/<int:id>/answer/", mail.answer, name="demo-letter-answer"),
]
