"""The requester's pages."""

from django.urls import path

from firstline.web import letter_pictures, letters
from firstline.web.portal import acting, followed, home, rating, requests, submit

urlpatterns = [
    path("", home.home, name="home"),
    path("find/", home.find, name="find"),
    path("ask/", submit.ask_anything, name="ask-anything"),
    path("ask/<slug:key>/", submit.ask, name="ask"),
    path("requests/", requests.mine, name="my-requests"),
    path("requests/<str:number>/", requests.show, name="request"),
    path("requests/<str:number>/reply/", acting.reply, name="request-reply"),
    path("requests/<str:number>/colleague/", acting.add_colleague, name="request-colleague"),
    path("requests/<str:number>/share/", acting.share, name="request-share"),
    path("requests/<str:number>/unshare/", acting.unshare, name="request-unshare"),
    path("requests/<str:number>/decline/", acting.decline, name="request-decline"),
    path("requests/<str:number>/cancel/", acting.cancel, name="request-cancel"),
    path("requests/<str:number>/confirm/", acting.confirm, name="request-confirm"),
    path("requests/<str:number>/reopen/", acting.reopen, name="request-reopen"),
    path("requests/<str:number>/rate/", acting.rate, name="request-rate"),
    path("requests/<str:number>/letters/<int:message>/", letters.letter, name="letter"),
    path(
        "requests/<str:number>/letters/<int:message>/pictures/<slug:seal>/",
        letter_pictures.picture,
        name="letter-picture",
    ),
    path("follow/<str:secret>/", followed.follow, name="follow"),
    path("followed/<str:number>/", followed.show, name="followed"),
    path("followed/<str:number>/files/<uuid:id>/", followed.file, name="followed-file"),
    path("followed/<str:number>/reply/", followed.step("reply"), name="followed-reply"),
    path("followed/<str:number>/confirm/", followed.step("confirm"), name="followed-confirm"),
    path("followed/<str:number>/reopen/", followed.step("reopen"), name="followed-reopen"),
    path("followed/<str:number>/decline/", followed.step("decline"), name="followed-decline"),
    path("followed/<str:number>/rate/", followed.step("rate"), name="followed-rate"),
    path("rate/<str:token>/", rating.rate, name="rate"),
    path("rate/<str:token>/thanks/", rating.thanks, name="rate-thanks"),
]
