"""What administrators do to clients: other systems that sign in by OAuth 2.0 client credentials."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import recording
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.actions.own import free_username
from yicheng.core.people.models import Account
from yicheng.core.people.viewer import Scope, Viewer

MANAGE = "people.manage_clients"


@transaction.atomic
def create_client(
    viewer: Viewer, *, name: str, client_id: str, organisation_id: int | None = None
) -> tuple[Any, str]:
    """Register a system, of an organisation where given; answers the client and its secret, shown this once.

    The system gets an account of its own: appoint that account to say what the system may do.
    """
    from oauth2_provider.models import Application

    _require(viewer)
    if not name.strip():
        raise Invalid(_("Some fields need your attention."), fields={"name": _("Fill this in.")})
    username = free_username(client_id)
    if username != client_id.strip().lower():
        text = _("Three to forty small letters, digits, . _ -, and not in use.")
        raise Invalid(_("Choose another identifier."), fields={"client_id": text})
    account = Account(
        username=username,
        kind=Account.Kind.SYSTEM,
        display_name=name.strip()[:80],
        organisation_id=organisation_id,
    )
    account.set_unusable_password()
    account.save()
    secret = secrets.token_urlsafe(40)
    client = Application.objects.create(
        name=name.strip()[:80],
        user=account,
        client_id=username,
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    _record(viewer, "create_client", client)
    return client, secret


@transaction.atomic
def renew_client_secret(viewer: Viewer, client_id: int) -> tuple[Any, str]:
    """Give a client a new secret; the old one and all its tokens stop working. Answers both, shown this once."""
    client = _managed(viewer, client_id)
    secret = secrets.token_urlsafe(40)
    client.client_secret = secret
    client.save()
    _end_tokens(client)
    _record(viewer, "renew_client_secret", client)
    return client, secret


@transaction.atomic
def close_client(viewer: Viewer, client_id: int, *, reason: str) -> None:
    """Close a client and its account; what it had done stays recorded under its name."""
    client = _managed(viewer, client_id)
    if not client.user.is_active:
        raise Conflict(_("This client is closed already."))
    Account.objects.filter(pk=client.user_id).update(is_active=False)
    _end_tokens(client)
    _record(viewer, "close_client", client, reason=reason)


def _managed(viewer: Viewer, client_id: int) -> Any:
    from oauth2_provider.models import Application

    _require(viewer)
    found = Application.objects.select_for_update(of=("self",)).select_related("user")
    client = found.filter(pk=client_id, user__kind=Account.Kind.SYSTEM).first()
    if client is None:
        raise NotFound(_("There is no such client."))
    return client


def _end_tokens(client: Any) -> None:
    from oauth2_provider.models import AccessToken

    AccessToken.objects.filter(application=client).delete()


def _require(viewer: Viewer) -> None:
    viewer.require(MANAGE)
    if Scope() not in viewer.scopes(MANAGE):
        raise Forbidden(_("Clients reach the whole city. Ask an administrator of the whole city."))


def _record(viewer: Viewer, action: str, client: Any, **detail: object) -> None:
    recording.record(
        viewer,
        action=f"people.{action}",
        subject=f"account/{client.user_id}",
        detail={"client": client.client_id, **detail},
    )
