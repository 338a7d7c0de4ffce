from django.urls import path

from firstline.web.accounts import demo, profile, setup, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("setup/", setup.setup, name="setup"),
    path("account/", profile.profile, name="profile"),
    path("account/password/", profile.password, name="password"),
    path("demo/sign-in/", demo.sign_in_as, name="demo-sign-in"),
]
