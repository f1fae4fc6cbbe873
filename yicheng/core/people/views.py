"""Pages before and about one's own account: signing up, a forgotten password, profile, security."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.people import actions, limits, mail, queries
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.forms import (
    LeaveForm,
    NewPasswordForm,
    ProfileForm,
    ResetForm,
    SignUpForm,
    TokenForm,
)
from yicheng.core.people.models import Account
from yicheng.core.people.public import viewer_of

SIGN_UPS = limits.Limit("sign_up.address", amount=20, period_s=3600)
RESETS = limits.Limit("reset.address", amount=10, period_s=3600)
RESETS_PER_MAILBOX = limits.Limit("reset.mailbox", amount=3, period_s=3600)

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Send strangers to the sign-in page and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not viewer_of(request).is_signed_in:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a resident's account and go on signed in."""
    viewer = viewer_of(request)
    if viewer.is_signed_in:
        return redirect("/")
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            limits.consume(SIGN_UPS, viewer.address)
            language = get_language() or settings.LANGUAGE_CODE
            account = actions.sign_up(viewer, **form.cleaned_data, language=language)
        except Refusal as refusal:
            show_faults(form, refusal)
        else:
            target = get_next_redirect_url(request)
            response: HttpResponse = perform_login(request, account, redirect_url=target, signup=True)
            return response
    return render(request, "people/sign_up.html", {"form": form, "next": request.GET.get("next", "")})


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Mail a link to set a new password. The answer is the same whether or not the address is known."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            limits.consume(RESETS, viewer_of(request).address)
            limits.consume(RESETS_PER_MAILBOX, email.lower())
        except Refusal as refusal:
            show_faults(form, refusal)
        else:
            mail.send_reset(request, Account.objects.by_email(email), email=email)
            return render(request, "people/reset_sent.html")
    return render(request, "people/forgotten.html", {"form": form})


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Where the mailed link leads."""
    account = _account_of_link(uid, token)
    if account is None:
        return render(request, "people/reset_dead.html", status=410)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_password(viewer_of(request), account, password=form.cleaned_data["password"])
        except Refusal as refusal:
            show_faults(form, refusal)
        else:
            messages.success(request, _("Your password is changed. Please sign in with it."))
            return redirect("account_login")
    return render(request, "people/set_password.html", {"form": form})


@signed_in
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """See and change one's own particulars."""
    viewer = viewer_of(request)
    account = queries.own_account(viewer)
    names = ("display_name", "real_name", "email", "phone", "language")
    form = ProfileForm(request.POST or None, initial={name: getattr(account, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_profile(viewer, **form.cleaned_data)
        except Refusal as refusal:
            show_faults(form, refusal)
        else:
            messages.success(request, _("Saved."))
            response = redirect("people_profile")
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax")
            return response
    return render(request, "people/profile.html", {"form": form, "account": account})


@sensitive_post_parameters("password")
@signed_in
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Close one's own account for good, after reading what goes and what stays."""
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave(viewer_of(request), password=form.cleaned_data["password"])
        except Invalid as refusal:
            show_faults(form, refusal)
        else:
            logout(request)
            messages.success(request, _("Your account is closed and your personal data are deleted."))
            return redirect("/")
    return render(request, "people/leave.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, sessions and API keys on one page."""
    viewer = viewer_of(request)
    factors = Authenticator.objects.filter(user_id=viewer.account_id).values_list("type", flat=True)
    context = {
        "sessions": queries.open_sessions(viewer, current=request.session.session_key or ""),
        "tokens": queries.live_tokens(viewer),
        "has_totp": "totp" in set(factors),
        "has_password": request.user.has_usable_password(),  # type: ignore[union-attr]
    }
    return render(request, "people/security.html", context)


@signed_in
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End one other session, or all others."""
    mark = request.POST.get("mark", "")
    ended = actions.end_sessions(viewer_of(request), keep=request.session.session_key or "", only=mark)
    messages.success(request, _("Signed out in %(count)d other places.") % {"count": ended})
    return redirect("people_security")


@signed_in
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Make an API key; the key itself is on the answer and never again."""
    viewer = viewer_of(request)
    choices = [(right.key, right.title) for right in RIGHTS if viewer.may(right.key) and not right.strangers]
    form = TokenForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        try:
            row, key = actions.make_token(viewer, **form.cleaned_data)
        except Refusal as refusal:
            show_faults(form, refusal)
        else:
            return render(request, "people/token_made.html", {"token": row, "key": key})
    return render(request, "people/new_token.html", {"form": form})


@signed_in
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """End an API key."""
    actions.revoke_token(viewer_of(request), token_id)
    messages.success(request, _("The key no longer works."))
    return HttpResponseRedirect("../../")


def show_faults(form: Form, refusal: Refusal) -> None:
    """Put a refusal's messages beside the fields at fault, or on top."""
    for field, text in refusal.fields.items():
        form.add_error(field if field in form.fields else None, str(text))
    if not refusal.fields:
        form.add_error(None, str(refusal))


def _account_of_link(uid: str, token: str) -> Account | None:
    try:
        account = Account.objects.get(pk=int(urlsafe_base64_decode(uid)), is_active=True)
    except (ValueError, OverflowError, Account.DoesNotExist):
        return None
    return account if default_token_generator.check_token(account, token) else None
