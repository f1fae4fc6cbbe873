"""Clients: other systems that call the platform by OAuth 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people import actions, queries
from yicheng.core.people.public import viewer_of
from yicheng.core.web.administration.forms import ClientForm, ReasonForm
from yicheng.core.web.administration.wording import ADMINISTRATION, organisation_choices, organisation_name
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.forms import add_refusal

MANAGE = "people.manage_clients"


def clients(request: HttpRequest) -> HttpResponse:
    """Every client with its account."""
    context = {"clients": queries.clients(), "token_url": request.build_absolute_uri(reverse("oauth2_token"))}
    return render(request, "web/administration/clients.html", context)


def new_client(request: HttpRequest) -> HttpResponse:
    """Register a system; its secret is on the answer and never again."""
    viewer = viewer_of(request)
    form = ClientForm(request.POST or None, organisations=organisation_choices(viewer, MANAGE))
    if request.method == "POST" and form.is_valid():
        try:
            client, secret = actions.create_client(viewer, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _secret_page(request, client, secret)
    context = {"form": form, "button": _("Register"), "back": reverse("desk.clients"), "breadcrumb": _trail()}
    return render(request, "web/administration/form.html", context)


def client(request: HttpRequest, client_id: int) -> HttpResponse:
    """A client, and what can be done with it."""
    row = queries.find_client(client_id)
    body = organisation_name(row.user.organisation) if row.user.organisation else ""
    context = {
        "client": row,
        "body": body,
        "page_title": row.name,
        "reason_form": ReasonForm(),
        "breadcrumb": _trail(),
    }
    return render(request, "web/administration/client.html", context)


@require_POST
def renew_secret(request: HttpRequest, client_id: int) -> HttpResponse:
    """A new secret; the old one stops working at once."""
    client, secret = actions.renew_client_secret(viewer_of(request), client_id)
    return _secret_page(request, client, secret)


@require_POST
def close(request: HttpRequest, client_id: int) -> HttpResponse:
    """Close a client and its account."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, now("Say why the client is closed."))
        return redirect("desk.client", client_id)
    actions.close_client(viewer_of(request), client_id, reason=form.cleaned_data["reason"])
    messages.success(request, now("The client is closed."))
    return redirect("desk.clients")


def _secret_page(request: HttpRequest, row: Any, secret: str) -> HttpResponse:
    context = {
        "secret_title": now("Secret of %(name)s") % {"name": row.client_id},
        "secret": secret,
        "next": reverse("desk.client", args=[row.pk]),
    }
    return render(request, "web/administration/secret.html", context)


def _trail() -> list[tuple[str, Any]]:
    return [(reverse("desk.clients"), _("Clients"))]


def example() -> Mapping[str, Any]:
    found = queries.clients()
    return {"client_id": found[0].pk if found else 0}


PAGES = (
    Page(
        "desk.clients",
        "desk",
        "administration/clients/",
        clients,
        _("Clients of other systems"),
        MANAGE,
        Menu(ADMINISTRATION, 930, "server"),
    ),
    Page("desk.new_client", "desk", "administration/clients/new/", new_client, _("New client"), MANAGE),
    Page(
        "desk.client",
        "desk",
        "administration/clients/<int:client_id>/",
        client,
        _("Client"),
        MANAGE,
        example=example,
    ),
    Page(
        "desk.renew_client_secret",
        "desk",
        "administration/clients/<int:client_id>/secret/",
        renew_secret,
        _("New secret"),
        MANAGE,
        example=example,
    ),
    Page(
        "desk.close_client",
        "desk",
        "administration/clients/<int:client_id>/close/",
        close,
        _("Close the client"),
        MANAGE,
        example=example,
    ),
)
