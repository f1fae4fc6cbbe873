"""Where django-allauth asks the platform: how to find, admit, remember and refuse people."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import recording
from yicheng.core.kernel.errors import TooMany
from yicheng.core.people import actions, limits
from yicheng.core.people.encryption import seal, unseal
from yicheng.core.people.middleware import address_of, viewer_for
from yicheng.core.people.models import Account
from yicheng.core.people.sessions import ORIGIN_KEY

PER_ACCOUNT = limits.Limit("sign_in.account", amount=5, period_s=900)
PER_ADDRESS = limits.Limit("sign_in.address", amount=60, period_s=900)
LOCKED = _(
    "Signing in is locked after too many failed attempts. Please try again after %(time)s, or reset your password."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in: limits per account and per address, an origin for the list of sessions, a line in the audit trail."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "The name and password do not belong together. Check both and try again."
        ),
        "too_many_login_attempts": LOCKED,
    }

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "0.0.0.0"  # noqa: S104  (a name for "unknown", nothing is bound)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            limits.consume(PER_ADDRESS, address_of(request), message=LOCKED)
            limits.consume(PER_ACCOUNT, str(credentials.get("username", "")).lower(), message=LOCKED)
        except TooMany as refusal:
            raise ValidationError(str(refusal), code="too_many") from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        account = super().authenticate(request, **credentials)
        if account is not None:
            limits.refund(PER_ADDRESS, address_of(request))
            limits.forgive(PER_ACCOUNT, str(credentials.get("username", "")).lower())
        return account

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        account = Account.objects.filter(username=credentials.get("username", "")).only("pk").first()
        if account:
            viewer = viewer_for(None, address=address_of(request))
            recording.record(viewer, action="people.fail_sign_in", subject=f"account/{account.pk}")

    def login(self, request: HttpRequest, user: Account) -> None:
        super().login(request, user)
        request.session[ORIGIN_KEY] = {
            "address": address_of(request),
            "browser": request.headers.get("User-Agent", "")[:200],
        }
        recording.record(
            viewer_for(user, address=address_of(request)),
            action="people.sign_in",
            subject=f"account/{user.pk}",
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/desk/" if request.user.kind == Account.Kind.STAFF else "/"  # type: ignore[union-attr]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people_security")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Greetings on signing in and out say nothing the page does not show."""
        template = kwargs.get("message_template") or (args[0] if args else "")
        if template in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            return
        super().add_message(request, level, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery seeds lie sealed like other personal data."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_label(self, user: Account) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return str(_("Yicheng"))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not settings.TOTP_REQUIRED_FOR or authenticator.user.kind != Account.Kind.STAFF


class OutsideAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in through another identity provider (OpenID Connect).

    A provider with ``settings.staff`` true speaks for staff: an account of that user name must exist
    already, and is connected at the first sign-in. Any other provider's people become residents.
    """

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Account:
        account: Account = sociallogin.user
        claim = sociallogin.provider.app.settings.get("username_claim", "preferred_username")
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo") or claims.get("id_token") or claims
        account.username = str(claims.get(claim) or "").lower()[:80]
        account.display_name = str(data.get("name") or claims.get("name") or account.username)[:80]
        account.language = get_language() or settings.LANGUAGE_CODE
        email = str(data.get("email") or "")
        if not Account.objects.by_email(email):
            actions.adopt_email(account, email, confirmed=bool(claims.get("email_verified")))
        sociallogin.account.extra_data = {}  # personal data that nobody asked to keep in clear
        sociallogin.email_addresses = []
        return account

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing or not sociallogin.provider.app.settings.get("staff"):
            return
        known = Account.objects.filter(
            username=sociallogin.user.username, kind=Account.Kind.STAFF, is_active=True
        ).first()
        if known is None:
            messages.error(
                request, _("There is no staff account of your name here. Ask your administrator for one.")
            )
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        sociallogin.connect(request, known)

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Account:
        account: Account = sociallogin.user
        account.kind = Account.Kind.RESIDENT
        account.username = actions.free_username(account.username)
        account.set_unusable_password()
        sociallogin.save(request)
        recording.record(
            viewer_for(account, address=address_of(request)),
            action="people.sign_up",
            subject=f"account/{account.pk}",
        )
        return account
