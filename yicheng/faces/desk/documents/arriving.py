"""What is done with a document that arrived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yicheng.core.credentials.actions import receiving
from yicheng.core.credentials.models import DocumentRecipient
from yicheng.core.credentials.queries import documents as queries
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.documents.forms import ArchiveForm, ReturnForm
from yicheng.faces.desk.documents.words import TITLES


@require_POST
def receive(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """Sign for it."""
    row = receiving.receive_document(viewer_of(request), recipient_id)
    messages.success(request, _("Received."))
    return HttpResponseRedirect(reverse("desk.document", args=[row.document_id]))


def give_back(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """Return it, with the reason."""

    def run(words: str) -> None:
        receiving.return_document(viewer_of(request), recipient_id, reason=words)

    return _asked(
        request, recipient_id, ReturnForm, run, said=_("Returned: its author is told."), is_bad=True
    )


def file_away(request: HttpRequest, recipient_id: int) -> HttpResponse:
    """Into the archive."""

    def run(words: str) -> None:
        receiving.file_received(viewer_of(request), recipient_id, words=words)

    return _asked(request, recipient_id, ArchiveForm, run, said=_("Filed."))


def _asked(
    request: HttpRequest,
    recipient_id: int,
    wanted: type[forms.Form],
    run: Callable[[str], Any],
    *,
    said: Any,
    is_bad: bool = False,
) -> HttpResponse:
    row = _row(request, recipient_id)
    form = wanted(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run(form.cleaned_data["words"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(reverse("desk.document", args=[row.document_id]))
    context = {
        "form": form,
        "row": row,
        "is_bad": is_bad,
        "breadcrumb": [(reverse("desk.arrived"), TITLES["arrived"])],
    }
    return render(request, "desk/documents/deed.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, recipient_id: int) -> DocumentRecipient:
    row = queries.arrived(viewer_of(request)).filter(pk=recipient_id).first()
    if row is None:
        raise NotFound(_("No such document has arrived."))
    return row
