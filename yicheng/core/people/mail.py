"""The few letters that sign-in itself sends; all others go through ``notices``."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from yicheng.core.people.models import Account


def send_reset(request: HttpRequest, account: Account | None, *, email: str) -> None:
    """Mail the link for a new password; nothing for unknown, closed and outside-only accounts."""
    if account is None or not account.is_active:
        return
    uid = urlsafe_base64_encode(force_bytes(account.pk))
    token = default_token_generator.make_token(account)
    link = request.build_absolute_uri(reverse("people_set_password", args=[uid, token]))
    with translation.override(account.language):
        text = render_to_string("people/mail/reset.txt", {"account": account, "link": link})
        send_mail(_("Your new password"), text, None, [email])
