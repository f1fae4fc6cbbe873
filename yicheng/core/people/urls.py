"""The addresses of signing in and of one's own account, under ``/account/``."""

from allauth.account import views as allauth
from allauth.socialaccount import views as outside
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from oauth2_provider.views import RevokeTokenView, TokenView

from yicheng.core.people import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", views.sign_up, name="account_signup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/first/", allauth.password_set, name="account_set_password"),
    path("password/reset/", views.forgotten, name="account_reset_password"),
    path("password/reset/<str:uid>/<str:token>/", views.set_password, name="people_set_password"),
    path("profile/", views.profile, name="people_profile"),
    path("profile/close/", views.leave, name="people_leave"),
    path("security/", views.security, name="people_security"),
    path("security/sessions/", views.sign_out_elsewhere, name="people_end_sessions"),
    path("security/tokens/new/", views.new_token, name="people_new_token"),
    path("security/tokens/<int:token_id>/revoke/", views.revoke_token, name="people_revoke_token"),
    path("two-factor/", RedirectView.as_view(pattern_name="people_security"), name="mfa_index"),
    path("two-factor/", include("allauth.mfa.urls")),
    path("outside/cancelled/", outside.login_cancelled, name="socialaccount_login_cancelled"),
    path("outside/error/", outside.login_error, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("oauth2/token/", TokenView.as_view(), name="oauth2_token"),
    path("oauth2/revoke/", RevokeTokenView.as_view(), name="oauth2_revoke"),
]
