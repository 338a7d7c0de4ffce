"""Pages that only a demo has."""

from django.urls import path

from firstline.web.demo import mail
from firstline.web.demo_doors import in_demo

urlpatterns = [
    path("demo/mail/", in_demo(mail.letters), name="demo-mail"),
    path("demo/mail/<int:id>/", in_demo(mail.letter), name="demo-letter"),
    path("demo/mail/<int:id>/body/", in_demo(mail.body), name="demo-letter-body"),
    path("demo/mail/<int:id>/answer/", in_demo(mail.answer), name="demo-letter-answer"),
]
