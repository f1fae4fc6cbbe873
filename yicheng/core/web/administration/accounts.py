"""Accounts of staff and systems: list, make, change, appoint, close."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.core.journal.public import record_access
from yicheng.core.kernel.application import Application
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people import actions, contacts, queries
from yicheng.core.people.facts import StaffFacts
from yicheng.core.people.models import Account
from yicheng.core.people.public import viewer_of
from yicheng.core.web.administration.forms import AppointmentForm, NewStaffForm, ReasonForm, StaffForm
from yicheng.core.web.administration.wording import (
    ADMINISTRATION,
    account_state,
    organisation_choices,
    organisation_name,
    role_name,
    scope_words,
)
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.forms import add_refusal
from yicheng.core.web.lists import Column, Filter, ListPage, Order, list_view

MANAGE, APPOINT = "people.manage_accounts", "people.appoint"


def _by_name(rows: QuerySet[Account], text: str) -> QuerySet[Account]:
    return rows.filter(Q(display_name__icontains=text) | Q(username__startswith=text.lower()))


def _by_organisation(rows: QuerySet[Account], text: str) -> QuerySet[Account]:
    return rows.filter(organisation__path__contains=f"/{int(text)}/")


def _by_state(rows: QuerySet[Account], text: str) -> QuerySet[Account]:
    return rows.filter(is_active=text == "open")


LIST = ListPage(
    rows=queries.accounts,
    columns=(
        Column("name", _("Name"), lambda row: row.display_name),
        Column("username", _("User name"), lambda row: row.username),
        Column("organisation", _("Organisation"), lambda row: organisation_name(row.organisation)),
        Column("kind", _("Kind"), lambda row: row.get_kind_display()),
        Column("state", _("State"), account_state),
    ),
    orders=(
        Order("name", _("By name"), ("display_name", "id")),
        Order("newest", _("Newest first"), ("-id",)),
    ),
    filters=(
        Filter("q", _("Name"), _by_name, kind="search"),
        Filter(
            "organisation",
            _("Organisation"),
            _by_organisation,
            choices=lambda viewer: [(str(pk), name) for pk, name in organisation_choices(viewer, MANAGE)],
        ),
        Filter(
            "state",
            _("State"),
            _by_state,
            choices=lambda _viewer: [("open", _("open")), ("closed", _("closed"))],
        ),
    ),
    link=lambda row: reverse("desk.account", args=[row.pk]),
    nothing_text=_("Make the first account with the button above."),
    template="web/administration/accounts.html",
)


def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account of staff; its first password is on the answer and never again."""
    viewer = viewer_of(request)
    form = NewStaffForm(request.POST or None, organisations=organisation_choices(viewer, MANAGE))
    if request.method == "POST" and form.is_valid():
        particulars = dict(form.cleaned_data)
        particulars["organisation_id"] = particulars.pop("organisation")
        try:
            account, password = actions.create_staff(viewer, StaffFacts(**particulars))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _password_page(request, account, password)
    return render(request, "web/administration/form.html", {"form": form, "button": _("Make the account")})


def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """An account with its appointments; its particulars are masked here."""
    viewer = viewer_of(request)
    row = queries.find_account(viewer, account_id)
    context = {
        "account": row,
        "page_title": row.display_name,
        "organisation": organisation_name(row.organisation),
        "email": contacts.masked(row.email),
        "phone": contacts.masked(row.phone),
        "state": account_state(row),
        "appointments": [
            {"row": one, "role": role_name(one.role), "scope": scope_words(one)}
            for one in queries.appointments_of(row.pk)
        ],
        "may_appoint": viewer.may(APPOINT),
        "reason_form": ReasonForm(),
        "breadcrumb": [(reverse("desk.accounts"), _("Accounts"))],
    }
    return render(request, "web/administration/account.html", context)


def change_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show and change the particulars; showing them is logged for the person to see."""
    viewer = viewer_of(request)
    row = queries.find_account(viewer, account_id)
    purpose = now("Administration of the account")
    record_access(viewer, person_id=row.pk, subject=f"account/{row.pk}", purpose=purpose)
    initial = {name: getattr(row, name) for name in ("display_name", "real_name", "email", "phone")}
    initial["organisation"] = row.organisation_id
    form = StaffForm(
        request.POST or None, initial=initial, organisations=organisation_choices(viewer, MANAGE)
    )
    if request.method == "POST" and form.is_valid():
        particulars = dict(form.cleaned_data)
        particulars["organisation_id"] = particulars.pop("organisation")
        if _done(form, lambda: actions.change_staff(viewer, account_id, **particulars)):
            messages.success(request, now("Saved."))
            return redirect("desk.account", account_id)
    return _form_page(request, row, form, button=_("Save"))


def appoint(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give a role within a scope."""
    viewer = viewer_of(request)
    row = queries.find_account(viewer, account_id)
    form = AppointmentForm(
        request.POST or None,
        organisations=organisation_choices(viewer, APPOINT),
        roles=[(role.pk, role_name(role)) for role in queries.roles() if role.is_active],
        applications=[
            (config.label, config.title)
            for config in apps.get_app_configs()
            if isinstance(config, Application)
        ],
    )
    if request.method == "POST" and form.is_valid():
        scope = dict(form.cleaned_data)
        scope = {"role_id": scope.pop("role"), "organisation_id": scope.pop("organisation"), **scope}
        if _done(form, lambda: actions.appoint(viewer, account_id, **scope)):
            messages.success(request, now("Appointed. It holds from the next click on."))
            return redirect("desk.account", account_id)
    return _form_page(request, row, form, button=_("Appoint"))


@require_POST
def end_appointment(request: HttpRequest, account_id: int, appointment_id: int) -> HttpResponse:
    """End an appointment."""
    actions.end_appointment(viewer_of(request), appointment_id)
    messages.success(request, now("The appointment has ended."))
    return redirect("desk.account", account_id)


@require_POST
def close(request: HttpRequest, account_id: int) -> HttpResponse:
    """Close an account."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        actions.close_account(viewer_of(request), account_id, reason=form.cleaned_data["reason"])
        messages.success(request, now("The account is closed."))
    else:
        messages.error(request, now("Say why the account is closed."))
    return redirect("desk.account", account_id)


@require_POST
def reopen(request: HttpRequest, account_id: int) -> HttpResponse:
    """Open a closed account again."""
    actions.reopen_account(viewer_of(request), account_id)
    messages.success(request, now("The account is open again."))
    return redirect("desk.account", account_id)


@require_POST
def renew_password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Set a new password for somebody who lost theirs."""
    viewer = viewer_of(request)
    password = actions.renew_password(viewer, account_id)
    return _password_page(request, queries.find_account(viewer, account_id), password)


@require_POST
def reset_second_factor(request: HttpRequest, account_id: int) -> HttpResponse:
    """Take the second step off for somebody who lost the phone."""
    actions.reset_second_factor(viewer_of(request), account_id)
    messages.success(request, now("The second step is off. It can be set up anew after signing in."))
    return redirect("desk.account", account_id)


def _done(form: Form, act: Callable[[], object]) -> bool:
    """Whether the action went through; its refusal goes onto the form."""
    try:
        act()
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _form_page(request: HttpRequest, row: Account, form: Form, *, button: Any) -> HttpResponse:
    context = {
        "form": form,
        "button": button,
        "back": reverse("desk.account", args=[row.pk]),
        "breadcrumb": [
            (reverse("desk.accounts"), _("Accounts")),
            (reverse("desk.account", args=[row.pk]), row.display_name),
        ],
    }
    return render(request, "web/administration/form.html", context)


def _password_page(request: HttpRequest, row: Account, password: str) -> HttpResponse:
    context = {
        "secret_title": now("First password of %(name)s") % {"name": row.username},
        "secret": password,
        "next": reverse("desk.account", args=[row.pk]),
    }
    return render(request, "web/administration/secret.html", context)


def example() -> Mapping[str, Any]:
    return {"account_id": Account.objects.exclude(kind=Account.Kind.RESIDENT).order_by("pk")[0].pk}


def _page(
    key: str, path: str, view: Callable[..., HttpResponseBase], title: Any, right: str = MANAGE
) -> Page:
    return Page(key, "desk", f"administration/accounts/{path}", view, title, right, example=example)


PAGES = (
    Page(
        "desk.accounts",
        "desk",
        "administration/accounts/",
        list_view(LIST),
        _("Accounts"),
        MANAGE,
        Menu(ADMINISTRATION, 900, "users"),
    ),
    Page("desk.new_account", "desk", "administration/accounts/new/", new_account, _("New account"), MANAGE),
    _page("desk.account", "<int:account_id>/", account, _("Account")),
    _page("desk.change_account", "<int:account_id>/change/", change_account, _("Change the account")),
    _page("desk.appoint", "<int:account_id>/appoint/", appoint, _("New appointment"), APPOINT),
    Page(
        "desk.end_appointment",
        "desk",
        "administration/accounts/<int:account_id>/appointments/<int:appointment_id>/end/",
        end_appointment,
        _("End the appointment"),
        APPOINT,
        example=lambda: {**example(), "appointment_id": 0},
    ),
    _page("desk.close_account", "<int:account_id>/close/", close, _("Close the account")),
    _page("desk.reopen_account", "<int:account_id>/reopen/", reopen, _("Open the account again")),
    _page("desk.renew_password", "<int:account_id>/password/", renew_password, _("New password")),
    _page(
        "desk.reset_second_factor",
        "<int:account_id>/second-step/",
        reset_second_factor,
        _("Switch the second step off"),
    ),
)
